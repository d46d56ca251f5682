/** The pattern language of EventBridge rules and of Lambda's filter criteria. */
import { readBranches } from './pattern-branches.ts';
import { branchMatches, fieldsOf, ordered, pathsOf } from './pattern-match.ts';
import { InvalidEventPattern, readSource } from './pattern-source.ts';

export { InvalidEventPattern } from './pattern-source.ts';

/**
 * Compiles a pattern, given as JSON text or as the value parsed from it, into a test of parsed events. The test is pure and never
 * throws; anything but an object matches nothing. Throws `InvalidEventPattern` for a pattern that the service would refuse; only
 * the service's limit on the complexity of wildcards is not imitated.
 *
 * Semantics are those of AWS's event-ruler, which agrees with the service also where the guide is silent: numbers by value, keys
 * with dots equal to nested keys, fields of one array of objects from one element.
 */
export function compilePattern(pattern: unknown | string): (event: unknown) => boolean {
  const text = typeof pattern === 'string' ? pattern : (JSON.stringify(pattern) ?? 'null');
  const branches = readBranches(readSource(text), (reason, index): never => {
    throw new InvalidEventPattern(reason, { text, index });
  });
  const paths = pathsOf(branches);
  const orderedBranches = branches.map(ordered);
  return (event) => {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) return false;
    const fields = fieldsOf(event, paths);
    return orderedBranches.some((branch) => branchMatches(branch, fields));
  };
}
