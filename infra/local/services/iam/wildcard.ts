/** Patterns of policies: `*` stands for any characters, also `/` and `:`, `?` for one; all else for itself. */

/** The value of a policy variable; undefined when the request has none. */
export type Variables = (name: string) => string | undefined;

/**
 * Whether the pattern fits the whole value, capitals included. With `variables` a `${name}` stands for its value, letter by letter, and for nothing when
 * there is none, unless it brings a default: `${name, 'default'}`. Without `variables` it stands for itself.
 */
export function matches(value: string, pattern: string, variables?: Variables): boolean {
  const source = variables === undefined ? glob(pattern) : filledIn(pattern, variables, glob);
  return source !== undefined && compiled(source).test(value);
}

/** The text with the values of its variables in their places; undefined when one has none. */
export function substituted(text: string, variables?: Variables): string | undefined {
  return variables === undefined ? text : filledIn(text, variables, (plain) => plain, String);
}

/** What stands between the variables goes through `plain`, their values through `literal`. */
function filledIn(
  text: string,
  variables: Variables,
  plain: (text: string) => string,
  literal = escaped,
): string | undefined {
  const parts: string[] = [];
  let end = 0;
  for (const found of text.matchAll(/\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}/g)) {
    const [whole, name = '', fallback] = found;
    const value = /^[*?$]$/.test(name) ? name : (variables(name) ?? fallback);
    if (value === undefined) return undefined;
    parts.push(plain(text.slice(end, found.index)), literal(value));
    end = found.index + whole.length;
  }
  return [...parts, plain(text.slice(end))].join('');
}

const escaped = (text: string): string => text.replace(/[.+^${}()|[\]\\*?]/g, '\\$&');

const glob = (pattern: string): string => escaped(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.');

/** There are as many as the policies of a run have patterns. */
const known = new Map<string, RegExp>();

function compiled(source: string): RegExp {
  const found = known.get(source) ?? new RegExp(`^${source}$`, 's');
  known.set(source, found);
  return found;
}
