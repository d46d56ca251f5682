/** What a deployment would take from the account comes from a file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import { type GivenValues, withDynamicReferences } from '../../../../../infra/local/engine/template/given-values.ts';
import { readValues, VALUES_FILE } from '../../../../../infra/local/engine/terminal/values-file.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import { inline, ownFolder } from '../../written-assembly.ts';
import { planned, stackOf } from '../boot/planned.ts';

const given: GivenValues = {
  ssm: { '/shop/limit': '100', plain: 'p', '/shop/zones': 'a, b' },
  secretsManager: { 'shop/key': { token: 't', port: 5432 }, text: 'whole', json: '{"token":"of text"}' },
  file: 'values.json',
};

describe('A dynamic reference', () => {
  it.each([
    ['an SSM parameter', '{{resolve:ssm:/shop/limit}}', '100'],
    ['a version of one', '{{resolve:ssm:/shop/limit:3}}', '100'],
    ['a secure one', '{{resolve:ssm-secure:plain:1}}', 'p'],
    ['one by ARN', '{{resolve:ssm:arn:aws:ssm:eu-west-1:1:parameter/shop/limit}}', '100'],
    ['a whole secret', '{{resolve:secretsmanager:text}}', 'whole'],
    ['a whole secret of keys', '{{resolve:secretsmanager:shop/key:SecretString}}', '{"token":"t","port":5432}'],
    ['a key of a secret', '{{resolve:secretsmanager:shop/key:SecretString:token::}}', 't'],
    ['a key that is a number', '{{resolve:secretsmanager:shop/key:SecretString:port}}', '5432'],
    ['a key of JSON text', '{{resolve:secretsmanager:json:SecretString:token:AWSCURRENT}}', 'of text'],
    [
      'a secret by ARN',
      '{{resolve:secretsmanager:arn:aws:secretsmanager:r:1:secret:shop/key:SecretString:token::}}',
      't',
    ],
    [
      'a secret by its whole ARN',
      '{{resolve:secretsmanager:arn:aws:secretsmanager:r:1:secret:shop/key-aB3dE6:SecretString:token::}}',
      't',
    ],
    ['several in one text', 'a{{resolve:ssm:plain}}b{{resolve:ssm:/shop/limit}}', 'apb100'],
  ])('is replaced: %s', (_, text, value) => {
    expect(withDynamicReferences(text, given)).toBe(value);
  });

  it.each([
    [
      '{{resolve:ssm:/none:1}}',
      'the SSM parameter /none has no value here; give it in values.json: { "ssm": { "/none": … } }',
    ],
    ['{{resolve:ssm:toString}}', 'the SSM parameter toString has no value here'],
    ['{{resolve:secretsmanager:none}}', 'the secret none has no value here; give it in values.json'],
    ['{{resolve:secretsmanager:shop/key:SecretString:none}}', 'the secret shop/key in values.json has no key none'],
    ['{{resolve:secretsmanager:text:SecretString:key}}', 'the secret text in values.json has no key key'],
    ['{{resolve:other:x}}', 'the dynamic reference {{resolve:other:x}} is not known'],
  ])('without a value is refused: %s', (text, message) => {
    expect(() => withDynamicReferences(text, given)).toThrow(message);
  });
});

it('The values reach the functions, also those that a template puts together', () => {
  const stack = stackOf({
    Parameters: {
      Limit: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/shop/limit' },
      Zones: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/shop/zones' },
    },
    Resources: {
      F: inline('', {
        LIMIT: { Ref: 'Limit' },
        ZONE: { 'Fn::Select': [1, { Ref: 'Zones' }] },
        TOKEN: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', 'shop/key', ':SecretString:token::}}']] },
      }),
    },
  });
  const [part] = partsOf<FunctionPart>(planned([stack], new Map(), given), 'function');
  expect(part?.variables).toEqual({ LIMIT: '100', ZONE: 'b', TOKEN: 't' });
});

describe('The file', () => {
  it('is looked for beside each assembly, or is the one that is named', () => {
    const [one, other] = [ownFolder(), ownFolder()];
    writeFileSync(join(one, VALUES_FILE), JSON.stringify({ ssm: { a: '1' } }));
    writeFileSync(join(other, VALUES_FILE), JSON.stringify({ ssm: { b: '2' }, secretsManager: { c: { d: 3 } } }));
    const folders = [one, other].map((folder) => join(folder, 'cdk.out'));
    expect(readValues(undefined, folders)).toMatchObject({ ssm: { a: '1', b: '2' }, secretsManager: { c: { d: 3 } } });
    expect(readValues(join(other, VALUES_FILE), folders).ssm).toEqual({ b: '2' });
    expect(readValues(undefined, [join(ownFolder(), 'cdk.out')])).toMatchObject({ ssm: {}, secretsManager: {} });
  });

  it('has key sets of issuers, inline or in files beside it, which are not looked into here', () => {
    const [one, other] = [ownFolder(), ownFolder()];
    const keySet = { keys: [{ kty: 'RSA' }] };
    writeFileSync(join(one, 'keys.json'), JSON.stringify(keySet));
    writeFileSync(join(one, VALUES_FILE), JSON.stringify({ jwt: { 'https://a': 'keys.json' } }));
    writeFileSync(join(other, VALUES_FILE), JSON.stringify({ jwt: { 'https://b': keySet } }));
    const folders = [one, other].map((folder) => join(folder, 'cdk.out'));
    expect(readValues(undefined, folders).keySets).toEqual({
      'https://a': { file: join(one, 'keys.json'), content: keySet },
      'https://b': { file: join(other, VALUES_FILE), content: keySet },
    });
  });

  it.each([
    ['not\njson', /^The values in .* cannot be read: .*$/],
    ['{"jwt":{"https://a":"none.json"}}', /^The key set of https:\/\/a in .*none\.json cannot be read: ENOENT/],
    ['{"jwt":{"https://a":7}}', /^The values in .* are not understood: jwt\.https:\/\/a: /],
    ['{"ssm":{"a":1}}', /^The values in .* are not understood: ssm\.a: .* It may have "ssm"/],
    ['{"secrets":{}}', /^The values in .* are not understood: /],
  ])('is refused in one line: %s', (text, message) => {
    const file = join(ownFolder(), 'values.json');
    writeFileSync(file, text);
    expect(() => readValues(file, [])).toThrow(message);
  });
});
