/** The intrinsic functions are worked out as CloudFormation documents them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve } from '../../../../../infra/local/engine/template/resolve.ts';
import { AlreadyTold, type Unresolved } from '../../../../../infra/local/engine/template/template-scope.ts';
import { scope } from './scope-fixture.ts';

function resolved(value: unknown): unknown {
  return resolve(value, scope, 'P', (path, fault) => {
    throw new Error(`${path}: ${fault.message}`);
  });
}

function faults(value: unknown): { path: string; fault: Unresolved }[] {
  const found: { path: string; fault: Unresolved }[] = [];
  resolve(value, scope, 'P', (path, fault) => found.push({ path, fault }));
  return found;
}

describe('An intrinsic function', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Thing' }, 'thing'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'test'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Thing', 'Arn'] }, 'arn:thing'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Thing.Nested.Name' }, 'nested'],
    ['GetAtt of an attribute named by a Ref', { 'Fn::GetAtt': ['Thing', { 'Fn::Sub': 'Arn' }] }, 'arn:thing'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Thing' }, 1, true]] }, 'a-thing-1-true'],
    ['Join of a list parameter', { 'Fn::Join': ['', { Ref: 'Sizes' }] }, 'sml'],
    ['Split', { 'Fn::Split': ['/', 'a/b/c'] }, ['a', 'b', 'c']],
    ['Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Select with a text index', { 'Fn::Select': ['2', { Ref: 'Sizes' }] }, 'l'],
    ['Sub', { 'Fn::Sub': `\${AWS::AccountId}:\${Thing}:\${Thing.Arn}` }, '000000000000:thing:arn:thing'],
    ['Sub with values of its own', { 'Fn::Sub': [`\${a}-\${Thing}`, { a: { Ref: 'Stage' } }] }, 'test-thing'],
    ['Sub with its own value over a resource', { 'Fn::Sub': [`\${Thing}`, { Thing: 'mine' }] }, 'mine'],
    ['Sub with a literal', { 'Fn::Sub': `\${!Thing}` }, `\${Thing}`],
    ['If that holds', { 'Fn::If': ['IsTest', 'yes', { Ref: 'Missing' }] }, 'yes'],
    ['If that does not', { 'Fn::If': ['IsProduction', { Ref: 'Missing' }, { Ref: 'Thing' }] }, 'thing'],
    ['If by or', { 'Fn::If': ['Either', 1, 2] }, 1],
    ['If by and', { 'Fn::If': ['Both', 1, 2] }, 2],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
    ['Base64', { 'Fn::Base64': 'häh' }, 'aMOkaA=='],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': `\${Stage}:x` } }, 'imported test:x'],
    ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'A', OutputName: 'B' } }, 'A/B'],
    ['NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['NoValue in a list', [1, { 'Fn::If': ['IsTest', { Ref: 'AWS::NoValue' }, 2] }, 3], [1, 3]],
  ])('is worked out: %s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ['an unknown function', { 'Fn::Transform': {} }, 'the intrinsic function Fn::Transform is not known'],
    ['an unknown pseudo parameter', { Ref: 'AWS::Moon' }, 'the pseudo parameter AWS::Moon is not known'],
    ['nothing by that name', { Ref: 'Missing' }, 'Missing is neither a resource nor a parameter'],
    ['an unknown attribute', { 'Fn::GetAtt': ['Thing', 'Colour'] }, 'the attribute Colour of Thing is not known'],
    ['no such item', { 'Fn::Select': [3, ['a']] }, 'Fn::Select has no item 3'],
    ['an object in a join', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Fn::Join joins texts only'],
    ['a condition that is not defined', { 'Fn::If': ['Nope', 1, 2] }, 'the condition Nope is not defined'],
    ['conditions that need each other', { 'Fn::If': ['Ping', 1, 2] }, 'need each other: Ping -> Pong -> Ping'],
    ['a missing map entry', { 'Fn::FindInMap': ['Sizes', 'prod', 'memory'] }, 'finds nothing at Sizes.prod.memory'],
    ['an unknown reference in Sub', { 'Fn::Sub': `\${Missing.Arn}` }, 'Missing is neither a resource nor a parameter'],
    ['a malformed Sub', { 'Fn::Sub': { a: 1 } }, 'Fn::Sub takes a text, or a text and an object'],
  ])('is told with its path when it cannot be worked out: %s', (_, value, reason) => {
    const [first, ...more] = faults({ list: ['fine', { deep: value }] });
    expect(more).toEqual([]);
    expect(first?.path).toBe('P.list[1].deep');
    expect(first?.fault.message).toContain(reason);
  });

  it('tells every fault of a value, and works out the rest', () => {
    const paths: string[] = [];
    const value = { a: { Ref: 'X' }, b: { Ref: 'Thing' }, c: [{ Ref: 'Y' }] };
    expect(resolve(value, scope, '', (path) => paths.push(path))).toEqual({ b: 'thing', c: [] });
    expect(paths).toEqual(['a', 'c[0]']);
  });

  it('says of what follows from a fault elsewhere that it was told', () => {
    expect(faults({ Ref: 'Faulty' })[0]?.fault).toBeInstanceOf(AlreadyTold);
  });
});

describe('For any values', () => {
  const plainKey = fc.string().filter((key) => key !== 'Ref' && !key.startsWith('Fn::') && key !== '__proto__');
  const { plain } = fc.letrec<{ plain: unknown }>((tie) => ({
    plain: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('plain'), { maxLength: 3 }),
      fc.dictionary(plainKey, tie('plain'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));

  it('a value without intrinsic functions stays as it is', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(resolved(value)).toEqual(value);
      }),
    );
  });

  it('splitting what was joined gives the parts back', () => {
    const part = fc.string({ minLength: 1 }).filter((text) => !text.includes('|'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        expect(resolved({ 'Fn::Split': ['|', { 'Fn::Join': ['|', parts] }] })).toEqual(parts);
      }),
    );
  });

  it('Sub gives what Join gives for the same pieces', () => {
    const piece = fc.oneof(
      fc
        .string()
        .filter((text) => !text.includes('$'))
        .map((text) => ({ sub: text, join: text as unknown })),
      fc.constant({ sub: `\${Thing}`, join: { Ref: 'Thing' } as unknown }),
      fc.constant({ sub: `\${Thing.Arn}`, join: { 'Fn::GetAtt': ['Thing', 'Arn'] } as unknown }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const sub = { 'Fn::Sub': pieces.map((each) => each.sub).join('') };
        expect(resolved(sub)).toBe(resolved({ 'Fn::Join': ['', pieces.map((each) => each.join)] }));
      }),
    );
  });
});
