/** What a rule delivers to a log group is kept as CloudWatch Logs would. */
import { expect, it } from 'vitest';
import { logGroupName, loggedMessage } from '../../../../../infra/local/services/logs/log-group.resource.ts';
import { faultsOf, stackOf } from '../../engine/boot/planned.ts';

it.each([
  ['{"version":"0","detail":{}}', '{"version":"0","detail":{}}'],
  ['{"timestamp":1,"message":"sold"}', 'sold'],
  ['{"timestamp":1,"message":{"a":1}}', '{"timestamp":1,"message":{"a":1}}'],
  ['{"message":"sold"}', '{"message":"sold"}'],
  ['"text"', '"text"'],
  ['no json', 'no json'],
])('%s is logged as %s', (input, logged) => {
  expect(loggedMessage(input)).toBe(logged);
});

it('A log group is known by its ARN, with or without its streams', () => {
  expect(logGroupName('arn:aws:logs:eu-west-1:000000000000:log-group:/aws/events/shop:*')).toBe('/aws/events/shop');
  expect(logGroupName('arn:aws:sqs:eu-west-1:000000000000:shop')).toBeUndefined();
});

it('A rule cannot deliver to a log group that is not there', () => {
  const Arn = 'arn:aws:logs:eu-west-1:000000000000:log-group:/none';
  const Properties = { EventPattern: { source: ['a'] }, Targets: [{ Id: 't', Arn }] };
  expect(faultsOf(stackOf({ Resources: { R: { Type: 'AWS::Events::Rule', Properties } } }))).toEqual([
    expect.stringContaining('there is no log group'),
  ]);
});
