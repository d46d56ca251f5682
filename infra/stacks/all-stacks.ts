/** The stacks of one Tributary: the platform, a stack per bounded context, and what looks across them. */
import { Annotations, type App, Tags } from 'aws-cdk-lib';
import {
  type ContextCatalog,
  catalogFaults,
  commandRoutes,
  PLATFORM_ROUTES,
  queryRoutes,
} from '#shared/catalog/index.ts';
import { contexts as deployed } from '../../functions/contexts.ts';
import { readConfig } from '../config.ts';
import { contextStackName, nameFaults } from '../deployed-names.ts';
import { DeploymentFaults } from '../deployment-faults.ts';
import { lockNotes, readLock } from '../projection-lock/projection-lock.ts';
import { ContextStack } from './context-stack.ts';
import { OperationsStack } from './operations-stack.ts';
import { PlatformStack } from './platform-stack.ts';
import { watchStage } from './watch-stage.ts';

/**
 * Throws {@link DeploymentFaults} when the app's context or a catalog is not usable. A projection that has changed without a
 * higher version is an error of its stack, which keeps it from being deployed but not from running here.
 */
export function addAllStacks(app: App, lock = readLock(), contexts: readonly ContextCatalog[] = deployed): void {
  const config = readConfig(app.node, contexts);
  const faults = [...catalogFaults(contexts), ...nameFaults(config, contexts)];
  if (faults.length > 0) throw new DeploymentFaults(faults);
  const platform = new PlatformStack(app, `${config.prefix}-platform`, { config });
  const contextStacks = contexts.map((context) => {
    const stack = new ContextStack(app, contextStackName(config, context.name), {
      config,
      context,
      platform,
      isSentTo: contexts.some((other) => other !== context && sendsTo(other, context.name)),
    });
    stack.addStackDependency(platform, 'it finds the bus by its name');
    return stack;
  });
  new OperationsStack(app, `${config.prefix}-operations`, { config, platform, contexts: contextStacks });
  watchStage(app, { config, platform, contexts: contextStacks });
  for (const { kind, context: name, line } of lockNotes(contexts, lock)) {
    const annotations = Annotations.of(contextStacks.find(({ context }) => context.name === name) ?? app);
    if (kind === 'error') annotations.addError(line);
    else annotations.addWarningV2(`tributary:${line}`, line);
  }
  const routes = contexts.flatMap((context) => [...commandRoutes(context), ...queryRoutes(context)]).length;
  const all = routes + Object.keys(PLATFORM_ROUTES).length + 1; // and the answer to unknown ones
  if (all > USUAL_ROUTES) Annotations.of(platform).addWarningV2('tributary:routes', tooManyRoutes(all));
  if (config.isProtected) for (const stack of contextStacks) Annotations.of(stack).addInfo(PROTECTED);
  Tags.of(app).add('tributary', config.prefix);
}

const PROTECTED =
  'Log and stack are protected from deletion, also from being cleared away after a first deployment that failed: deploy a new stage once without protect.';

/** Source: API Gateway quotas, HTTP API, routes per API; it can be raised. */
const USUAL_ROUTES = 300;

const tooManyRoutes = (count: number) =>
  `The API has ${count} routes, and an account lets it have ${USUAL_ROUTES} until you ask for more (Service Quotas, API Gateway, routes per HTTP API).`;

const sendsTo = ({ processManagers = [] }: ContextCatalog, target: string): boolean =>
  processManagers.some(({ sends }) => Object.values(sends).some(({ context }) => context === target));
