/** The attributes that the expressions of a DynamoDB request name. */

const WORDS = /^(?:and|or|not|between|in|set|remove|add|delete)$/i;

/** A path, a value, or a function with its parenthesis. */
const TOKEN = /:\w+|(#?[A-Za-z_][\w-]*|#\w+)((?:\.#?[\w-]+|\[\d+\])*)(\s*\()?/g;

/** The names at the top of every path, without repetition: `a` of `a.b[0]`. `names` are what `#…` stand for. */
export function expressionNames(expressions: readonly unknown[], names: Readonly<Record<string, unknown>>): string[] {
  const found = new Set<string>();
  for (const expression of expressions) {
    if (typeof expression !== 'string') continue;
    for (const [, name, path, call] of expression.matchAll(TOKEN)) {
      if (name === undefined || (path === '' && (call !== undefined || WORDS.test(name)))) continue;
      found.add(nameOf(name, names));
    }
  }
  return [...found];
}

/** The values that the expression sets equal to the attribute, as they are named in it: `:id` of `id = :id`. */
export function equalValues(
  expression: unknown,
  attribute: string,
  names: Readonly<Record<string, unknown>>,
): string[] {
  if (typeof expression !== 'string') return [];
  return [...expression.matchAll(/(#?[\w.-]+)\s*=\s*(:\w+)/g)]
    .filter(([, name = '']) => nameOf(name, names) === attribute)
    .map(([, , value = '']) => value);
}

function nameOf(name: string, names: Readonly<Record<string, unknown>>): string {
  return name.startsWith('#') ? String(names[name] ?? name) : name;
}
