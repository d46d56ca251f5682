/** A path is decoded as it was captured on the service. */
import { expect, it } from 'vitest';
import { deliveredPath } from '../../../../../infra/local/services/api-gateway/decoded-path.ts';

it.each([
  ['/capture/plain', '/capture/plain'],
  ['/capture/space%20value', '/capture/space value'],
  ['/capture/question%3Fvalue', '/capture/question'],
  ['/capture/hash%23value', '/capture/hash#value'],
  ['/capture/slash%2Fvalue', '/capture/slash/value'],
  ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
  ['/capture/literal%252Fvalue', '/capture/literal/value'],
  ['/capture/literal%253Fvalue', '/capture/literal?value'],
  ['/capture/literal%2525value', '/capture/literal%value'],
])('%s arrives as %s', (sent, delivered) => {
  expect(deliveredPath(sent)).toBe(delivered);
});

it('A percent sign that encodes nothing once it is decoded is no path', () => {
  expect(() => deliveredPath('/capture/percent%25done')).toThrow(URIError);
});
