/**
 * The ways to take a guard away: each kind says of a node of the syntax which texts to put in its place. What counts as a guard
 * follows from the syntax alone, so a new guard is found without being listed and a renamed one is not lost.
 */
import type { ESTree } from 'vite';

/** `to` replaces the text from `start` to `end`. */
export type Change = { readonly start: number; readonly end: number; readonly to: string };

/** A node with the nodes around it, the nearest first, and the text of its parts. */
export type Place = {
  readonly node: ESTree.Node;
  readonly around: readonly ESTree.Node[];
  readonly textOf: (node: ESTree.Node) => string;
};

const KINDS: Readonly<Record<string, (place: Place) => Change[]>> = {
  /** `if (…) return` is never taken; what is only done on a condition is never or always done. */
  clause({ node, textOf }) {
    if (node.type !== 'IfStatement' || isForTheTypes(node, textOf)) return [];
    const always = instead(node.test, 'true');
    if (node.alternate !== null) return [always, instead(node.test, 'false')];
    return leaves(node.consequent) ? [instead(node, '{}')] : [instead(node, '{}'), always];
  },

  /** One part of a condition is left out. */
  part({ node, around, textOf }) {
    if (!isAndOr(node) || isPartOf(node, around[0])) return [];
    const parts = partsOf(node);
    return parts.map((part) => {
      const others = parts.filter((other) => other !== part);
      return instead(node, `(${others.map(textOf).join(` ${node.operator} `)})`);
    });
  },

  /** One side of a choice is always taken. A field that is left out when it is undefined may as well be undefined. */
  choice({ node, textOf }) {
    if (node.type !== 'ConditionalExpression') return [];
    const isLeftOut = textOf(node.consequent) === '{}' && / === undefined$/.test(textOf(node.test));
    return (isLeftOut ? [node.consequent] : [node.consequent, node.alternate]).map((side) =>
      instead(node, `(${textOf(side)})`),
    );
  },

  /** A value that stands in for a missing one is left out; an empty one mostly stands there for the types alone. */
  default({ node, textOf }) {
    if (node.type !== 'LogicalExpression' || node.operator !== '??' || EMPTY.has(textOf(node.right))) return [];
    return [instead(node, textOf(node.left))];
  },

  /** The answer of a comparison is always yes, or always no, where `clause`, `part` and `choice` do not say so already. */
  answer({ node, around: [parent] }) {
    const isTest = parent !== undefined && 'test' in parent && parent.test === node;
    if (node.type !== 'BinaryExpression' || !COMPARISONS.has(node.operator) || isTest) return [];
    return parent?.type === 'LogicalExpression' ? [] : [instead(node, 'true'), instead(node, 'false')];
  },

  /** A bound includes what it excluded, or the other way round; in a text too, such as a condition on a key. */
  boundary({ node, textOf }) {
    if (node.type === 'BinaryExpression') {
      const moved = MOVED.get(node.operator);
      return moved === undefined ? [] : [instead(node, `${textOf(node.left)} ${moved} ${textOf(node.right)}`)];
    }
    if (!isText(node)) return [];
    const to = textOf(node).replace(/(?<=\s|^.)[<>]=?(?=\s|.$)/, (operator) => MOVED.get(operator) ?? operator);
    return to === textOf(node) ? [] : [instead(node, to)];
  },

  /** A limit is twice as high, or not applied. Durations are left alone: no test shall depend on a clock. */
  limit({ node, around: [parent], textOf }) {
    if (node.type === 'CallExpression' && /^Math\.(min|max)$/.test(textOf(node.callee))) {
      return node.arguments.filter(({ type }) => type !== 'SpreadElement').map((one) => instead(node, textOf(one)));
    }
    const isConstant = parent?.type === 'VariableDeclarator' && parent.init === node;
    const isSetting = parent?.type === 'Property' && parent.value === node && node.type === 'Literal';
    const name = isConstant ? textOf(parent.id) : isSetting ? textOf(parent.key) : '';
    const isLimit = (isSetting || /^[A-Z][A-Z_\d]*$/.test(name)) && !/(_MS|Timeout|Millis)$/.test(name);
    return isLimit && isNumber(node) && textOf(node) !== '0' ? [instead(node, `2 * (${textOf(node)})`)] : [];
  },

  /** A setting or an answer that is yes becomes no, such as that a read is strongly consistent. */
  flag({ node, around: [parent] }) {
    if (node.type !== 'Literal' || typeof node.value !== 'boolean') return [];
    return parent?.type === 'Property' || parent?.type === 'ReturnStatement' ? [instead(node, `${!node.value}`)] : [];
  },

  /** What a write, a read or a transaction depends on is always so, or is not told. A part of it is: each by itself. */
  condition({ node, around: [parent], textOf }) {
    if (!isText(node)) return [];
    const text = textOf(node);
    if (text === `'ALL_OLD'`) return [instead(node, `'NONE'`)];
    const name = parent?.type === 'Property' ? textOf(parent.key) : '';
    if (name !== 'ConditionExpression' && !/attribute_(not_)?exists\(/.test(text)) return [];
    const [quote, inside] = [text.slice(0, 1), text.slice(1, -1)];
    const parts = inside.split(' OR ');
    const narrower = parts.length === 1 ? [] : parts.map((part) => inside.replace(part, `(${part} AND ${NEVER})`));
    return [`(${inside}) OR ${ALWAYS}`, ...narrower].map((to) => instead(node, `${quote}${to}${quote}`));
  },

  /** A step that is done for its effect is left out, or not waited for. */
  effect({ node, textOf }) {
    if (node.type !== 'ExpressionStatement') return [];
    const { expression } = node;
    if (expression.type === 'CallExpression') return [instead(node, '{}')];
    if (expression.type !== 'AwaitExpression') return [];
    return [instead(node, '{}'), instead(expression, `void ${textOf(expression.argument)}`)];
  },

  /** A step in a chain is left out: what is filtered out, sorted or checked stays as it was. `some` and `every` change places. */
  step({ node, textOf }) {
    if (node.type !== 'CallExpression') return [];
    if (textOf(node.callee) === 'Object.freeze') return node.arguments.map((one) => instead(node, textOf(one)));
    if (node.callee.type !== 'MemberExpression') return [];
    const { object, property } = node.callee;
    const other = OPPOSITES.get(textOf(property));
    if (other !== undefined) return [instead(property, other)];
    return STEPS.has(textOf(property)) ? [instead(node, textOf(object))] : [];
  },

  /** A set has one member less. */
  member({ node, around: [parent, grandparent], textOf }) {
    const isSet = grandparent?.type === 'NewExpression' && textOf(grandparent.callee) === 'Set';
    return isSet && parent?.type === 'ArrayExpression' && node.type === 'Literal' ? [instead(node, `''`)] : [];
  },

  /** A failure that is caught goes on. */
  catch({ node, textOf }) {
    if (node.type !== 'CatchClause') return [];
    const name = node.param === null ? 'failure' : textOf(node.param);
    return [instead(node, `catch (${name}) { throw ${name}; }`)];
  },

  /** A pattern matches a part of the text, or one character more. */
  pattern({ node, textOf }) {
    if (node.type !== 'Literal' || !('regex' in node)) return [];
    const text = textOf(node);
    const changed = [
      text.replace(/^\/\^/, '/'),
      text.replace(/\$(?=\/[a-z]*$)/, ''),
      text.replace(/,(\d+)\}/, (_, most) => `,${Number(most) + 1}}`),
    ];
    return changed.filter((to) => to !== text).map((to) => instead(node, to));
  },
};

/** Every way to take away the guard that a node is, with the name of its kind. */
export const mutationsOf = (place: Place): { readonly kind: string; readonly change: Change }[] =>
  Object.entries(KINDS).flatMap(([kind, changes]) => changes(place).map((change) => ({ kind, change })));

const EMPTY: ReadonlySet<string> = new Set(['0', `''`, '[]', '{}', 'false']);
const COMPARISONS: ReadonlySet<string> = new Set(['===', '!==', '<', '<=', '>', '>=', 'instanceof', 'in']);
const MOVED: ReadonlyMap<string, string> = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
]);
const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
]);
const STEPS: ReadonlySet<string> = new Set(['filter', 'sort', 'toSorted', 'check', 'slice', 'trim']);

/** No item has these attributes. The placeholders of the whole condition stay in use, else the request would be refused. */
const ALWAYS = 'attribute_not_exists(mutantnowhere)';
const NEVER = 'attribute_exists(mutantnowhere)';

const instead = ({ start, end }: ESTree.Node, to: string): Change => ({ start, end, to });

const leaves = (node: ESTree.Node): boolean =>
  node.type === 'BlockStatement' ? node.body.some(leaves) : /^(Return|Throw|Continue|Break)Statement$/.test(node.type);

/** `if (… === undefined) throw new Error(…)` says of what is always there that it is. */
const isForTheTypes = ({ test, consequent }: ESTree.IfStatement, textOf: Place['textOf']): boolean =>
  / === undefined$/.test(textOf(test)) &&
  !/[&|]/.test(textOf(test)) &&
  /^\{?\s*throw new Error\(/.test(textOf(consequent));

type AndOr = ESTree.LogicalExpression & { readonly operator: '&&' | '||' };

const isAndOr = (node: ESTree.Node): node is AndOr => node.type === 'LogicalExpression' && node.operator !== '??';

const isPartOf = (node: AndOr, parent: ESTree.Node | undefined): boolean =>
  parent?.type === 'LogicalExpression' && parent.operator === node.operator;

const partsOf = (node: AndOr): ESTree.Expression[] =>
  [node.left, node.right].flatMap((side) =>
    isAndOr(side) && side.operator === node.operator ? partsOf(side) : [side],
  );

const isText = (node: ESTree.Node): boolean =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');

/** A number, or what is reckoned from numbers and names. */
function isNumber(node: ESTree.Node): boolean {
  if (node.type === 'BinaryExpression') return [node.left, node.right].every(isNumber);
  return node.type === 'Identifier' || (node.type === 'Literal' && typeof node.value === 'number');
}
