/** What is wrong with the process managers of a context: what they listen to, send and wait for must be there. */
import { isCategory } from '#shared/event/index.ts';
import { processEvents } from '#shared/process-manager/index.ts';
import type { ContextCatalog } from './catalog.ts';

/** Part of the name of a schedule, which takes 64 characters. */
const DEADLINE = /^(?=.{1,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** One line for each fault, with what to do. */
export function processFaults(contexts: readonly ContextCatalog[], context: ContextCatalog): string[] {
  const { aggregates, processManagers = [] } = context;
  const own = aggregates.flatMap(({ events }) => Object.keys(events));
  const taken = Object.keys(processEvents).filter((what) => own.includes(what));
  return [
    ...(processManagers.length === 0
      ? []
      : taken.map((what) => `the event ${what} needs another name: processes record it.`)),
    ...processManagers.flatMap(({ name, categories, on, sends, deadlines }) => [
      ...(isCategory(name)
        ? []
        : [`the process manager ${name} must be named in 1 to 32 lower-case letters and digits, a letter first.`]),
      ...categories
        .filter((category) => !aggregates.some((aggregate) => aggregate.category === category))
        .map((category) => `the process manager ${name} listens to ${category}, which is no category here.`),
      ...Object.keys(on)
        .filter((what) => !own.includes(what))
        .map((what) => `the process manager ${name} listens to ${what}, which is no event here.`),
      ...Object.values(sends)
        .filter((sent) => !isThere(contexts, context.name, sent))
        .map(
          ({ context: target = context.name, category, what }) =>
            `the process manager ${name} sends ${what} to ${category}, which is no command in ${target}.`,
        ),
      ...Object.keys(deadlines)
        .filter((deadline) => !DEADLINE.test(deadline))
        .map((deadline) => `the deadline ${deadline} of ${name} must be in kebab case, up to 32 characters.`),
    ]),
  ];
}

function isThere(
  contexts: readonly ContextCatalog[],
  own: string,
  sent: { readonly context?: string; readonly category: string; readonly what: string },
): boolean {
  const target = contexts.find(({ name }) => name === (sent.context ?? own));
  const aggregate = target?.aggregates.find(({ category }) => category === sent.category);
  return aggregate !== undefined && Object.hasOwn(aggregate.commands, sent.what);
}
