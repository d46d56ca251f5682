import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  contextsStandAlone,
  filesAreShort,
  filesOpenWithStatements,
  foldersAreEnteredByTheirIndex,
  importsGoNoCircle,
  importsOf,
  kitFollowsTheArrow,
  kitKnowsNoContext,
  linesOf,
  MOST_LINES,
  namesAreKebabCase,
  namesAreUnique,
  namesSayWhatIsInside,
  noIndexExportsAnIndex,
  onlyTheEdgeTouchesTheOutside,
  pureFilesArePure,
  type Rule,
  type Tree,
} from './support/architecture-rules.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): [string, string] => [path, readFileSync(join(root, path), 'utf8')];
const source: Tree = new Map(globSync('{shared,functions,infra}/**/*.ts', { cwd: root }).toSorted().map(read));
const tests: Tree = new Map(
  globSync('test/**/*.ts', { cwd: root, exclude: ['test/**/fixtures/**'] })
    .toSorted()
    .map(read),
);

/** Every rule, with files that break it and what is then said of them. */
const rules: readonly (readonly [title: string, rule: Rule, broken: Record<string, string>, breaches: string[]])[] = [
  [
    'a folder of the kit imports only what is left of it',
    kitFollowsTheArrow,
    {
      'shared/event/event.ts': "import type { Decider } from '#shared/aggregate/index.ts';",
      'shared/event-store/store.ts':
        "import { handle } from '../command/index.ts';\nimport { a } from '../event/index.ts';",
      'shared/feed/a.ts': "import { project } from '#shared/projection/index.ts';",
      'shared/catalog/a.ts': "const later = await import('#shared/edge/http/index.ts');",
      'shared/drawer/a.ts': '',
    },
    [
      'shared/event/event.ts imports shared/aggregate/index.ts',
      'shared/event-store/store.ts imports shared/command/index.ts',
      'shared/feed/a.ts imports shared/projection/index.ts',
      'shared/catalog/a.ts imports shared/edge/http/index.ts',
      'shared/drawer/a.ts is in drawer, which has no place in the arrow',
    ],
  ],
  [
    'the kit knows no context',
    kitKnowsNoContext,
    { 'shared/edge/a.ts': "export * from '../../functions/contexts.ts';\nimport '../../infra/config.ts';" },
    ['shared/edge/a.ts imports functions/contexts.ts', 'shared/edge/a.ts imports infra/config.ts'],
  ],
  [
    'a folder of the kit is entered by its index',
    foldersAreEnteredByTheirIndex,
    {
      'shared/feed/a.ts': "import { a } from '#shared/event/event.ts';\nimport { b } from '#shared/dynamodb/index.ts';",
      'functions/accounts/accounts.handlers.ts': "import { a } from '#shared/event-store/dynamodb/queries.ts';",
    },
    [
      'shared/feed/a.ts imports shared/event/event.ts',
      'functions/accounts/accounts.handlers.ts imports shared/event-store/dynamodb/queries.ts',
    ],
  ],
  [
    'contexts do not import each other',
    contextsStandAlone,
    {
      'functions/accounts/a.ts': "import { b } from '../parcels/parcel.events.ts';",
      'functions/parcels/a.ts': "import { contexts } from '../contexts.ts';",
      'functions/platform/a.ts': "import { contexts } from '../contexts.ts';",
      'functions/parcels/b.ts': "import { c } from '../../infra/config.ts';",
    },
    [
      'functions/accounts/a.ts imports functions/parcels/parcel.events.ts',
      'functions/parcels/a.ts imports functions/contexts.ts',
      'functions/parcels/b.ts imports infra/config.ts',
    ],
  ],
  [
    'only dynamodb, edge and handlers touch the AWS SDK, middy and the environment',
    onlyTheEdgeTouchesTheOutside,
    {
      'shared/projection/row-store.ts': "import { GetCommand } from '@aws-sdk/lib-dynamodb';",
      'shared/projection/a.ts': 'const table = process.env.TABLE;',
      'functions/accounts/ledger.ts': "import middy from '@middy/core';",
      'functions/accounts/accounts.handlers.ts': "import middy from '@middy/core';\nprocess.env.A;",
      'shared/feed/dynamodb/a.ts': "import '@aws-sdk/client-dynamodb';",
      'shared/dynamodb/a.ts': "import '@aws-sdk/client-dynamodb';",
      'shared/command/a.ts': '// process.env is read elsewhere',
    },
    [
      'shared/projection/row-store.ts imports @aws-sdk/lib-dynamodb',
      'shared/projection/a.ts reads process.env',
      'functions/accounts/ledger.ts imports @middy/core',
    ],
  ],
  [
    'pure files do no I/O, read no clock and leave nothing to chance',
    pureFilesArePure,
    {
      'functions/a/a.decider.ts': 'const now = Date.now();',
      'functions/a/b.decider.ts': 'const now = new Date();',
      'functions/a/c.projection.ts': 'const text = Date();',
      'functions/a/d.commands.ts': 'const id = crypto.randomUUID() + Math.random();',
      'functions/a/e.events.ts': "import { readFileSync } from 'node:fs';",
      'functions/a/f.process-manager.ts': 'const react = async () => fetch(url);',
      'functions/a/g.catalog.ts': "import { relay } from '#shared/edge/stream/index.ts';",
      'functions/a/h.decider.ts':
        "import { a } from '#shared/feed/dynamodb/index.ts';\nimport b from './a.handlers.ts';",
      'functions/a/i.decider.ts': 'const now = new Date;',
      'functions/a/fine.decider.ts':
        "import * as z from 'zod/mini';\n// new Date()\nconst meaning = 'Date() of day';\nconst day = new Date(on), at = Date.parse(on), d = z.iso.date();",
    },
    [
      'functions/a/a.decider.ts reads a clock',
      'functions/a/b.decider.ts reads a clock',
      'functions/a/c.projection.ts reads a clock',
      'functions/a/d.commands.ts is left to chance',
      'functions/a/e.events.ts imports node:fs',
      'functions/a/f.process-manager.ts does I/O',
      'functions/a/g.catalog.ts imports shared/edge/stream/index.ts',
      'functions/a/h.decider.ts imports shared/feed/dynamodb/index.ts',
      'functions/a/h.decider.ts imports functions/a/a.handlers.ts',
      'functions/a/i.decider.ts reads a clock',
    ],
  ],
  [
    'names are in kebab case',
    namesAreKebabCase,
    {
      'shared/event/eventStore.ts': '',
      'shared/Event/a.ts': '',
      'shared/event/a_b.ts': '',
      'shared/a-b/a-b.c-d.ts': '',
    },
    [
      'shared/event/eventStore.ts is not in kebab case',
      'shared/Event/a.ts is not in kebab case',
      'shared/event/a_b.ts is not in kebab case',
    ],
  ],
  [
    'names say what is inside',
    namesSayWhatIsInside,
    {
      'shared/utils/a.ts': '',
      'shared/event/helpers.ts': '',
      'shared/event/event-types.ts': '',
      'functions/a/common.ts': '',
      'functions/a/account-service.ts': '',
      'functions/a/account.manager.ts': '',
      'functions/a/transfer.process-manager.ts': '',
      'shared/process-manager/react.ts': '',
    },
    [
      'shared/utils/a.ts has a name that says nothing',
      'shared/event/helpers.ts has a name that says nothing',
      'shared/event/event-types.ts has a name that says nothing',
      'functions/a/common.ts has a name that says nothing',
      'functions/a/account-service.ts has a name that says nothing',
      'functions/a/account.manager.ts has a name that says nothing',
    ],
  ],
  [
    `files have up to ${MOST_LINES} lines`,
    filesAreShort,
    { 'a.ts': 'line\n'.repeat(MOST_LINES), 'b.ts': 'line\n'.repeat(MOST_LINES + 1) },
    [`b.ts has ${MOST_LINES + 1} lines`],
  ],
  [
    'files open with a statement or with nothing, and an index only exports by name',
    filesOpenWithStatements,
    {
      'shared/a/a.ts': 'export const a = 1;',
      'shared/a/b.ts': '/** What is b? It is this. */\nexport const b = 1;',
      'shared/a/c.ts': '/** Gives b. What else? */\nexport const b = 1;',
      'shared/a/index.ts': "export { type A, a } from './a.ts';\nexport type {\n  B,\n} from './b.ts';",
      'shared/b/index.ts': "export * from './b.ts';",
      'shared/c/index.ts': 'export const c = 1;',
    },
    [
      'shared/a/b.ts opens with a question',
      'shared/b/index.ts has more in it than exports by name',
      'shared/c/index.ts has more in it than exports by name',
    ],
  ],
  [
    'no index exports another',
    noIndexExportsAnIndex,
    { 'shared/a/index.ts': "export { b } from './dynamodb/index.ts';\nexport { c } from './c.ts';" },
    ['shared/a/index.ts exports shared/a/dynamodb/index.ts'],
  ],
  [
    'no two files share a name',
    namesAreUnique,
    { 'shared/a/relay.ts': '', 'shared/a/index.ts': '', 'functions/b/relay.ts': '', 'shared/b/index.ts': '' },
    ['relay.ts is shared/a/relay.ts and functions/b/relay.ts'],
  ],
  [
    'imports go in no circle',
    importsGoNoCircle,
    {
      'shared/b.ts': "import type { C } from './c.ts';",
      'shared/c.ts': "import { a } from './a.ts';",
      'shared/a.ts': "import { b } from './b.ts';\nimport { d } from './d.ts';",
      'shared/d.ts': '',
    },
    ['shared/a.ts -> shared/b.ts -> shared/c.ts'],
  ],
];

describe('the architecture', () => {
  it('is looked at as a whole', () => {
    expect(source.size).toBeGreaterThan(100);
    expect(importsOf('shared/edge/http/problem.ts', source.get('shared/edge/http/problem.ts') ?? '')).toContain(
      'shared/event/index.ts',
    );
  });

  it.each(rules)('keeps that %s', (_, rule) => {
    expect(rule(source)).toEqual([]);
  });

  it.each(rules)('would be seen to break that %s', (_, rule, broken, breaches) => {
    expect(rule(new Map(Object.entries(broken)))).toEqual(breaches);
  });

  it('holds for tests too, as far as names and first lines go', () => {
    expect([...namesAreKebabCase(tests), ...filesOpenWithStatements(tests)]).toEqual([]);
  });

  it('is worth a look where a source file has more than 200 lines', () => {
    const long = [...source].filter(([, text]) => linesOf(text) > 200);
    for (const [path, text] of long) console.warn(`${path} has ${linesOf(text)} lines: is it one idea?`);
    expect(filesAreShort(source)).toEqual([]);
  });
});
