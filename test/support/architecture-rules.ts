/** The rules that the shape of the project keeps. Each takes a tree of files and gives one line for every breach. */
import { posix } from 'node:path';

/** Source files by their path from the project's root, such as `shared/event/event.ts`. */
export type Tree = ReadonlyMap<string, string>;
export type Rule = (tree: Tree) => string[];

/** A folder of the kit may import those before it in this list; those of one row stand side by side. */
const ARROW = [
  ['event'],
  ['aggregate', 'dynamodb'],
  ['event-store'],
  ['command'],
  ['feed', 'projection'],
  ['process-manager'],
  ['catalog'],
  ['edge'],
] as const;

const PURE = /\.(?:events|commands|decider|projection|process-manager|catalog)\.ts$/;
const AT_THE_EDGE =
  /^(?:shared\/(?:edge|(?:[^/]+\/)?dynamodb)\/|functions\/(?:platform\/|[^/]+\/[^/]+\.handlers\.ts$))/;
const KIT_INDEX = /^shared\/(?:[^/]+|[^/]+\/(?:dynamodb|audit)|edge\/(?:http|queue|schedule|stream))\/index\.ts$/;
const KIT_OR_CONTEXT = /^(?:shared|functions)\//;
const KEBAB_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.ts$/;
const KEBAB_FOLDER = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const EMPTY_WORDS = /(?:^|[-.])(?:utils?|helpers?|common|types|managers?|services?)(?=$|[-.])/;
export const MOST_LINES = 300;

const each =
  (check: (path: string, text: string, tree: Tree) => readonly string[]): Rule =>
  (tree) =>
    [...tree].flatMap(([path, text]) => check(path, text, tree).map((breach) => `${path} ${breach}`));

/** Code without comments, and without what stands in quotes unless `strings` is asked for. */
const codeOf = (text: string, { strings = false } = {}): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (found) =>
    found.startsWith('/') ? ' ' : strings ? found : "''",
  );

/** What a file imports: a path of the project, or the name of a package. */
export function importsOf(path: string, text: string): string[] {
  const found = codeOf(text, { strings: true }).matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g);
  return [...found].map(([, , name = '']) => {
    if (name.startsWith('#')) return name.slice(1);
    return name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;
  });
}

const kitFolder = (path: string) => /^shared\/([^/]+)\//.exec(path)?.[1];
const contextFolder = (path: string) => /^functions\/([^/]+)\//.exec(path)?.[1];
const column = (folder: string) => ARROW.findIndex((folders) => (folders as readonly string[]).includes(folder));

export const kitFollowsTheArrow = each((path, text) => {
  const folder = kitFolder(path);
  if (folder === undefined) return [];
  if (column(folder) < 0) return [`is in ${folder}, which has no place in the arrow`];
  return importsOf(path, text).flatMap((imported) => {
    const other = kitFolder(imported);
    return other === undefined || other === folder || column(other) < column(folder) ? [] : [`imports ${imported}`];
  });
});

export const kitKnowsNoContext = each((path, text) =>
  path.startsWith('shared/')
    ? importsOf(path, text).flatMap((imported) =>
        /^(?:functions|infra|test)\//.test(imported) ? [`imports ${imported}`] : [],
      )
    : [],
);

export const foldersAreEnteredByTheirIndex = each((path, text) =>
  importsOf(path, text).flatMap((imported) => {
    const folder = kitFolder(imported);
    const inside = folder === undefined || folder === kitFolder(path) || path.startsWith('test/');
    return inside || KIT_INDEX.test(imported) ? [] : [`imports ${imported}`];
  }),
);

export const contextsStandAlone = each((path, text) => {
  const context = contextFolder(path);
  if (context === undefined) return [];
  return importsOf(path, text).flatMap((imported) => {
    const other = contextFolder(imported);
    const listed = imported === 'functions/contexts.ts' && context === 'platform';
    const own = other === context || imported.startsWith('shared/') || !/^(?:functions|infra|test)\//.test(imported);
    return own || listed ? [] : [`imports ${imported}`];
  });
});

export const onlyTheEdgeTouchesTheOutside = each((path, text) => {
  if (!KIT_OR_CONTEXT.test(path) || AT_THE_EDGE.test(path)) return [];
  const packages = importsOf(path, text).filter((name) => /^(?:@aws-sdk|@smithy|@middy)\//.test(name));
  const environment = /\bprocess\s*\.\s*env\b/.test(codeOf(text)) ? ['reads process.env'] : [];
  return [...packages.map((name) => `imports ${name}`), ...environment];
});

const OUTSIDE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|(?<!new\s)(?<![.\w])Date\s*\(/, 'reads a clock'],
  [/\bTemporal\s*\.\s*Now\b|\bperformance\b/, 'reads a clock'],
  [/\bMath\s*\.\s*random\b|\bcrypto\b/, 'is left to chance'],
  [/\bfetch\s*\(|\bprocess\b|\bconsole\b|\bset(?:Timeout|Interval|Immediate)\b|\basync\b|\bawait\b/, 'does I/O'],
];

/** They may import each other, the kit inside the edge, and zod. */
export const pureFilesArePure = each((path, text) => {
  if (!path.startsWith('functions/') || !PURE.test(path)) return [];
  const code = codeOf(text);
  const outside = OUTSIDE.filter(([pattern]) => pattern.test(code)).map(([, breach]) => breach);
  const imports = importsOf(path, text).filter((imported) => {
    const folder = kitFolder(imported);
    const inKit = folder !== undefined && column(folder) < column('edge') && !imported.includes('/dynamodb/');
    const inContext = contextFolder(imported) !== undefined && !imported.endsWith('.handlers.ts');
    return !inKit && !inContext && imported !== 'zod/mini';
  });
  return [...new Set(outside), ...imports.map((imported) => `imports ${imported}`)];
});

export const namesAreKebabCase = each((path) => {
  const folders = path.split('/').slice(0, -1);
  const wrong = folders.some((folder) => !KEBAB_FOLDER.test(folder)) || !KEBAB_NAME.test(posix.basename(path));
  return wrong ? ['is not in kebab case'] : [];
});

/** The services of the cloud are called so. */
const CLOUD_SERVICES = 'infra/local/services/';

export const namesSayWhatIsInside = each((path) => {
  const names = path.replace(CLOUD_SERVICES, '').replace(/\.ts$/, '').split('/');
  const empty = names.some((name) => EMPTY_WORDS.test(name.replaceAll('process-manager', '')));
  return empty ? ['has a name that says nothing'] : [];
});

export const filesAreShort = each((_, text) => {
  const lines = linesOf(text);
  return lines > MOST_LINES ? [`has ${lines} lines`] : [];
});

export const linesOf = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** What a file opens with is a statement; an index says by its exports what it is for, and has nothing else in it. */
export const filesOpenWithStatements = each((path, text) => {
  if (posix.basename(path) !== 'index.ts') {
    const [opening = ''] = /^\/\*\*[\s\S]*?\*\//.exec(text) ?? [];
    return /^[^.:;]*\?/.test(opening) ? ['opens with a question'] : [];
  }
  const rest = codeOf(text, { strings: true }).replaceAll(/export\s+(?:type\s+)?\{[^}]*\}\s*from\s*'[^']+';/g, '');
  return rest.trim() === '' ? [] : ['has more in it than exports by name'];
});

export const noIndexExportsAnIndex = each((path, text) =>
  posix.basename(path) === 'index.ts'
    ? importsOf(path, text).flatMap((imported) => (imported.endsWith('/index.ts') ? [`exports ${imported}`] : []))
    : [],
);

/** So that a reader who looks for a file by its name finds one. */
export const namesAreUnique: Rule = (tree) =>
  [...Map.groupBy(tree.keys(), (path) => posix.basename(path))].flatMap(([name, paths]) =>
    name !== 'index.ts' && paths.length > 1 ? [`${name} is ${paths.join(' and ')}`] : [],
  );

/** Gives each circle once, from the file in it that is first by name. */
export const importsGoNoCircle: Rule = (tree) => {
  const breaches = new Set<string>();
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const circle = trail.slice(at);
      const first = circle.indexOf(circle.toSorted()[0] ?? path);
      breaches.add([...circle.slice(first), ...circle.slice(0, first)].join(' -> '));
      return;
    }
    if (finished.has(path)) return;
    for (const imported of importsOf(path, tree.get(path) ?? '')) {
      if (tree.has(imported)) visit(imported, [...trail, path]);
    }
    finished.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return [...breaches];
};
