/** Operators know when something is wrong: alarms for everything in the app, and one dashboard. */
import type { App } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Config } from '../config.ts';
import { contextAlarms } from '../constructs/context-alarms.ts';
import { resourceAlarms } from '../constructs/resource-alarms.ts';
import { stageAlarms } from '../constructs/stage-alarms.ts';
import { stageDashboard } from '../constructs/stage-dashboard.ts';
import type { ContextStack } from './context-stack.ts';
import type { PlatformStack } from './platform-stack.ts';

type Watched = {
  readonly config: Config;
  readonly platform: PlatformStack;
  readonly contexts: readonly ContextStack[];
};

/** Last of all, since it watches what is there. No stack refers to another for it. */
export function watchStage(app: App, { config, platform, contexts }: Watched): void {
  const { httpApi } = platform;
  resourceAlarms(app, config);
  for (const stack of contexts) contextAlarms(stack, config, stack.context);
  stageAlarms(platform, { config, httpApi });
  const alarms = app.node.findAll().filter((one) => one instanceof Alarm);
  stageDashboard(platform, {
    config,
    httpApi,
    contexts: contexts.map(({ context }) => context),
    alarmNames: alarms.map(({ node }) => node.path),
  });
}
