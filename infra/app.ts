/** What is deployed? The platform, a stack per bounded context, and what looks across them. */
import { App, Tags } from 'aws-cdk-lib';
import { contexts } from '../functions/contexts.ts';
import { readConfig } from './config.ts';
import { ContextStack } from './stacks/context-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';

const app = new App();
const config = readConfig(app.node);
const platform = new PlatformStack(app, `${config.prefix}-platform`, { config });
const contextStacks = contexts.map(
  (context) => new ContextStack(app, `${config.prefix}-${context.name}`, { config, context, platform }),
);
new OperationsStack(app, `${config.prefix}-operations`, { config, platform, contexts: contextStacks });
Tags.of(app).add('tributary', config.prefix);
app.synth();
