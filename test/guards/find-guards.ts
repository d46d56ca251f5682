/** The guards of a source file are found in its syntax, each with the change that takes it away and the place from which a test reaches it. */
import { type ESTree, parseSync } from 'vite';
import { type Change, mutationsOf } from './mutation-kinds.ts';

/** A guard, and how it is taken away. */
export type Guard = {
  readonly file: string;
  readonly row: number;
  readonly kind: string;
  /** The declaration of the file that the guard is in. */
  readonly within: string;
  readonly change: Change;
  /** What the change replaces, on one row. */
  readonly before: string;
  /** Where the statement, or the arrow function's expression, that the guard is in begins; nothing outside of functions. */
  readonly place: number | undefined;
};

/** Every guard of the file, in the order of the text; none in types, in texts for people and in what goes to the log. */
export function findGuards(file: string, text: string): Guard[] {
  const guards: Guard[] = [];
  const textOf = ({ start, end }: ESTree.Node) => text.slice(start, end);
  walk(syntaxOf(file, text), [], (node, around) => {
    const path = [node, ...around];
    if (around.some(({ type }) => type === 'TemplateLiteral') || path.some((outer) => isLog(outer, textOf))) return;
    for (const { kind, change } of mutationsOf({ node, around, textOf })) {
      guards.push({
        file,
        row: text.slice(0, change.start).split('\n').length,
        kind,
        within: nameOf(path.at(-2), textOf),
        change,
        before: text.slice(change.start, change.end).replace(/\s+/g, ' '),
        place: path.find((outer, index) => isPlace(outer, path[index + 1]))?.start,
      });
    }
  });
  return guards.sort((one, other) => one.change.start - other.change.start);
}

/** The text of the file without the guard. Throws when it is no longer a program: that would fail for the wrong reason. */
export function textWithout({ file, change: { start, end, to } }: Guard, text: string): string {
  const changed = text.slice(0, start) + to + text.slice(end);
  syntaxOf(file, changed);
  return changed;
}

/** The text with `call(place)` wherever a guard may have its place. */
export function withCalls(file: string, text: string, call: (place: number) => string): string {
  const inserts: { readonly at: number; readonly text: string }[] = [];
  walk(syntaxOf(file, text), [], (node, [parent]) => {
    if (!isPlace(node, parent)) return;
    const isStatement = parent?.type !== 'ArrowFunctionExpression';
    inserts.push({ at: node.start, text: isStatement ? `${call(node.start)};` : `(${call(node.start)}, ` });
    if (!isStatement) inserts.push({ at: node.end, text: ')' });
  });
  return inserts
    .sort((one, other) => other.at - one.at)
    .reduce((done, insert) => done.slice(0, insert.at) + insert.text + done.slice(insert.at), text);
}

function syntaxOf(file: string, text: string): ESTree.Program {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  return program;
}

/** Calls with every node that is there at run time, and the nodes around it, the nearest first. */
function walk(
  node: ESTree.Node,
  around: readonly ESTree.Node[],
  visit: (node: ESTree.Node, around: readonly ESTree.Node[]) => void,
): void {
  if (node.type.startsWith('TS') && !('expression' in node)) return;
  visit(node, around);
  for (const child of Object.values(node).flat()) if (isNode(child)) walk(child, [node, ...around], visit);
}

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;

function isPlace(node: ESTree.Node, parent: ESTree.Node | undefined): boolean {
  if (parent === undefined || parent.type === 'Program' || parent.type === 'ClassBody') return false;
  if (parent.type === 'ArrowFunctionExpression') return parent.body === node && node.type !== 'BlockStatement';
  const statements = parent.type === 'SwitchCase' ? parent.consequent : 'body' in parent ? parent.body : [];
  return Array.isArray(statements) && statements.some((one) => one === node);
}

function isLog(node: ESTree.Node, textOf: (node: ESTree.Node) => string): boolean {
  const call = node.type === 'ExpressionStatement' ? node.expression : node;
  return call.type === 'CallExpression' && textOf(call.callee).startsWith('console.');
}

/** The name of a statement at the top of a file. */
function nameOf(statement: ESTree.Node | undefined, textOf: (node: ESTree.Node) => string): string {
  if (statement?.type === 'ExportNamedDeclaration') return nameOf(statement.declaration ?? undefined, textOf);
  if (statement?.type === 'VariableDeclaration')
    return statement.declarations.map(({ id }) => firstWord(textOf(id))).join();
  if (statement?.type === 'ExpressionStatement') return firstWord(textOf(statement.expression));
  return statement !== undefined && 'id' in statement && isNode(statement.id) ? firstWord(textOf(statement.id)) : '';
}

const firstWord = (text: string) => /^[\w$]*/.exec(text)?.[0] ?? '';
