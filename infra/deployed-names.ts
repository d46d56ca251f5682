/**
 * What a deployment names itself, instead of leaving it to CloudFormation: other stacks, tools and grants find it by that name
 * and need no reference. Two of one name, or one that is too long, is told before anything is deployed.
 */
import { type ContextCatalog, followersOf } from '#shared/catalog/index.ts';

type Stage = { readonly prefix: string };

/** Of the functions that look across all contexts. */
export const PLATFORM_FUNCTIONS = ['streams', 'feed', 'commands', 'projections', 'health', 'up', 'not-found'] as const;

/** Of the functions that every context has beside those of its projections and process managers. */
const CONTEXT_FUNCTIONS = ['commands', 'accepted', 'queries', 'relay', 'reconcile'] as const;

/** The longest name of a function, of a rule and of a group of schedules, which are named alike. Source: Lambda, EventBridge. */
const LONGEST_NAME = 64;

export const contextStackName = ({ prefix }: Stage, context: string): string => `${prefix}-${context}`;

/** Of a function of a context, and of the rule, the queue or the group of schedules that belongs to it. */
export const functionName = (stage: Stage, context: string, what: string): string =>
  `${contextStackName(stage, context)}-${what}`;

/** Of the dead letters of a queue. No function's name has an underscore, so it is no other queue's name. */
export const deadLettersName = (queue: string): string => `${queue}_dead-letters`;

/** Of the functions that read a stream or a queue: each has a mapping. */
export const mappedFunctions = (stage: Stage, context: ContextCatalog): string[] =>
  ['relay', 'accepted', ...followerNames(context)].map((what) => functionName(stage, context.name, what));

/** Of the rules that carry events to the projections and process managers of a context. */
export const eventRules = (stage: Stage, context: ContextCatalog): string[] =>
  followerNames(context).map((what) => functionName(stage, context.name, what));

/** Of the rule that starts the reconciler of a context. */
export const reconcileRule = (stage: Stage, { name }: ContextCatalog): string => functionName(stage, name, 'reconcile');

const followerNames = (context: ContextCatalog) => followersOf(context).map(({ follower }) => follower.name);

/** One line for each name that two would have or that is too long, with what to do; none when all fits together. */
export function nameFaults(stage: Stage, contexts: readonly ContextCatalog[]): string[] {
  const names = [
    ...PLATFORM_FUNCTIONS.map((what) => ({ name: `${stage.prefix}-${what}`, of: `${what} of the platform` })),
    ...contexts.flatMap((context) =>
      [...CONTEXT_FUNCTIONS, ...followerNames(context)].map((what) => ({
        name: functionName(stage, context.name, what),
        of: `${what} of ${context.name}`,
      })),
    ),
  ];
  return [
    ...names
      .map(({ name, of }, index) => ({ name, of, before: names.slice(0, index).find((one) => one.name === name)?.of }))
      .filter(({ before }) => before !== undefined)
      .map(({ name, of, before }) => `${of} and ${before} would both be named ${name}: rename one of them.`),
    ...names
      .filter(({ name }) => name.length > LONGEST_NAME)
      .map(
        ({ name, of }) =>
          `${of} would be named ${name}, ${name.length - LONGEST_NAME} characters more than the ${LONGEST_NAME} of a function's name: shorten the context, the projection or the stage.`,
      ),
    ...contexts.flatMap(sameWithoutHyphens),
  ];
}

/** Tools find what a projection or process manager runs on by its logical id, in which there are no hyphens. */
function sameWithoutHyphens(context: ContextCatalog): string[] {
  const names = followerNames(context);
  const plain = names.map((name) => name.replaceAll('-', ''));
  return names.flatMap((name, index) => {
    const before = plain.indexOf(plain[index] ?? '');
    return before === index || names[before] === name
      ? []
      : [`${name} and ${names[before]} of ${context.name} differ in hyphens only: rename one of them.`];
  });
}
