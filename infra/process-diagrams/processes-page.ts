import type { ContextCatalog } from '#shared/catalog/index.ts';
import { eventExamples } from '../projection-lock/event-examples.ts';
import { stateDiagram } from './state-diagram.ts';

/** docs/processes.md: every process manager with its meaning and its picture. */
export function processesPage(contexts: readonly ContextCatalog[]): string {
  const sections = contexts.flatMap((context) =>
    (context.processManagers ?? []).map((one) =>
      [
        `## ${one.name} (${context.name})`,
        one.meaning,
        `\`\`\`mermaid\n${stateDiagram(one, eventExamples(context))}\n\`\`\``,
      ].join('\n\n'),
    ),
  );
  return `${['# Processes', INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const INTRODUCTION =
  'Drawn by `npm run diagrams`, which runs each process manager through everything that can happen to it. `x_sent` waits for the answer to the command `x`: recorded, or rejected by a rule of its target.';
