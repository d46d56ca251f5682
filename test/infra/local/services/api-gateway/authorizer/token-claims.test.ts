/** A function sees claims as texts, and all scopes of the token where its route asks for one. */
import { describe, expect, it } from 'vitest';
import { jwtIdentity, scopesOf } from '../../../../../../infra/local/services/api-gateway/authorizer/token-claims.ts';

describe('A claim', () => {
  it.each([
    ['a text', 'ada', 'ada'],
    ['a number', 1_700_000_000, '1700000000'],
    ['a truth value', false, 'false'],
    ['a list', ['admins', 'clerks'], '[admins clerks]'],
    ['an empty list', [], '[]'],
    ['a list of everything', [1, true, ['a', 'b'], { c: null }], '[1 true [a b] {"c":null}]'],
    ['an object', { street: 'Main', no: 7 }, '{"street":"Main","no":7}'],
    ['other alphabets', 'Ωδή 🎵', 'Ωδή 🎵'],
  ])('is a text: %s', (_, value, text) => {
    expect(jwtIdentity({ claim: value }, [])).toEqual({ claims: { claim: text }, scopes: null });
  });

  it('that is null is left out, and one with a strange name is one like any other', () => {
    const claims: Record<string, unknown> = JSON.parse('{"none":null,"__proto__":"x","cognito:groups":["a"]}');
    const identity = jwtIdentity(claims, []);
    expect(Object.entries(identity.claims)).toEqual([
      ['__proto__', 'x'],
      ['cognito:groups', '[a]'],
    ]);
  });
});

describe('Scopes', () => {
  it.each([
    ['words', { scope: 'read  write' }, ['read', 'write']],
    ['a list', { scp: ['read', 7, 'write'] }, ['read', 'write']],
    ['words of the short claim', { scp: 'read' }, ['read']],
    ['those of the short claim before the long one', { scope: 'all', scp: ['read'] }, ['read']],
    ['those of the long one where the short one is null', { scope: 'all', scp: null }, ['all']],
    ['none', { scope: 7 }, []],
    ['none', {}, []],
  ])('are %s', (_, claims, scopes) => {
    expect(scopesOf(claims)).toEqual(scopes);
    expect(jwtIdentity(claims, ['read']).scopes).toEqual(scopes);
  });
});
