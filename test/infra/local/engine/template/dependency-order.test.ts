/** Everything comes after what it needs, and a circle is told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependenciesOf, inOrder, referencesIn } from '../../../../../infra/local/engine/template/dependency-order.ts';

describe('The order of resources', () => {
  it('puts each after all it depends on, whatever the template order', () => {
    const graph = fc
      .integer({ min: 1, max: 12 })
      .chain((size) => fc.array(fc.subarray([...Array(size).keys()]), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(graph, fc.infiniteStream(fc.nat()), (edges, noise) => {
        // Only lower numbers are depended on, so there is no circle; the keys are then shuffled.
        const all = edges.map((needed, key) => [`r${key}`, needed.filter((n) => n < key).map((n) => `r${n}`)] as const);
        const shuffled = all.map((entry) => ({ entry, at: noise.next().value })).sort((a, b) => a.at - b.at);
        const dependencies = new Map(shuffled.map(({ entry }) => entry));
        const { order, cycle } = inOrder(dependencies);
        expect(cycle).toBeUndefined();
        expect(order.toSorted()).toEqual([...dependencies.keys()].sort());
        for (const [key, needed] of dependencies) {
          for (const other of needed) expect(order.indexOf(other)).toBeLessThan(order.indexOf(key));
        }
      }),
    );
  });

  it('tells a circle by its path', () => {
    const circle = new Map([
      ['a', ['b']],
      ['b', ['c', 'parameter']],
      ['c', ['b']],
    ]);
    expect(inOrder(circle).cycle).toEqual(['b', 'c', 'b']);
    expect(inOrder(new Map([['a', ['a']]])).cycle).toEqual(['a', 'a']);
  });

  it('sees references in every form, and DependsOn', () => {
    const value = {
      a: { Ref: 'A' },
      b: [{ 'Fn::GetAtt': ['B', 'Arn'] }, { 'Fn::GetAtt': 'C.Arn' }],
      c: { 'Fn::Join': ['', [{ 'Fn::Sub': [`\${D.Arn}\${own}\${!Literal}`, { own: { Ref: 'E' } }] }]] },
    };
    expect(referencesIn(value).toSorted()).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(dependenciesOf({ Type: 'T', DependsOn: ['X', 'Y'] })).toEqual(['X', 'Y']);
  });
});
