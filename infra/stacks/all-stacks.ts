/** The stacks of one Tributary: the platform, a stack per bounded context, and what looks across them. */
import { Annotations, type App, Tags } from 'aws-cdk-lib';
import { type ContextCatalog, catalogFaults } from '#shared/catalog/index.ts';
import { contexts } from '../../functions/contexts.ts';
import { readConfig } from '../config.ts';
import { lockNotes, readLock } from '../projection-lock/projection-lock.ts';
import { ContextStack } from './context-stack.ts';
import { OperationsStack } from './operations-stack.ts';
import { PlatformStack } from './platform-stack.ts';
import { watchStage } from './watch-stage.ts';

/**
 * Throws, in one line for each fault, when the app's context or a catalog is not usable. A projection that has changed without a
 * higher version is an error of its stack, which keeps it from being deployed but not from running here.
 */
export function addAllStacks(app: App, lock = readLock()): void {
  const faults = catalogFaults(contexts);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const config = readConfig(app.node);
  const platform = new PlatformStack(app, `${config.prefix}-platform`, { config });
  const contextStacks = contexts.map(
    (context) =>
      new ContextStack(app, `${config.prefix}-${context.name}`, {
        config,
        context,
        platform,
        isSentTo: contexts.some((other) => other !== context && sendsTo(other, context.name)),
      }),
  );
  new OperationsStack(app, `${config.prefix}-operations`, { config, platform, contexts: contextStacks });
  watchStage(app, { config, platform, contexts: contextStacks });
  for (const { kind, context: name, line } of lockNotes(contexts, lock)) {
    const annotations = Annotations.of(contextStacks.find(({ context }) => context.name === name) ?? app);
    if (kind === 'error') annotations.addError(line);
    else annotations.addWarningV2(`tributary:${line}`, line);
  }
  Tags.of(app).add('tributary', config.prefix);
}

const sendsTo = ({ processManagers = [] }: ContextCatalog, target: string): boolean =>
  processManagers.some(({ sends }) => Object.values(sends).some(({ context }) => context === target));
