/** A process manager runs on what a projection runs on, and on schedules of its own; it sends commands to this context and to others. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { EVENTS_TABLE } from '#shared/dynamodb/index.ts';
import { type AnyProcessManager, followerOf } from '#shared/process-manager/index.ts';
import { functionName } from '../deployed-names.ts';
import { FollowerResources } from './follower-resources.ts';
import { grantInTransactions } from './handler-function.ts';

type ProcessResourcesProps = Omit<
  ConstructorParameters<typeof FollowerResources>[2],
  'follower' | 'entry' | 'handler' | 'environment'
> & {
  readonly processManager: AnyProcessManager;
  readonly eventsTable: TableV2;
};

/** The resources of a process manager, with the grants to append, to send and to set deadlines. */
export function processResources(scope: Construct, props: ProcessResourcesProps): FollowerResources {
  const { context, config, processManager, eventsTable } = props;
  const stack = Stack.of(scope);
  const functionOf = (name: string) => functionName(config, name, 'commands');
  const others = [...new Set(Object.values(processManager.sends).flatMap((sent) => sent.context ?? []))].filter(
    (name) => name !== context.name,
  );
  const resources = new FollowerResources(scope, `Process-${processManager.name}`, {
    ...props,
    follower: followerOf(processManager),
    entry: `functions/${context.name}/${context.name}.processes.ts`,
    handler: 'processes',
    environment: {
      STAGE: config.prefix,
      PROCESS_MANAGER: processManager.name,
      COMMAND_FUNCTIONS: JSON.stringify(Object.fromEntries(others.map((name) => [name, functionOf(name)]))),
    },
  });
  const { function: target, queue, deadLetters } = resources;
  eventsTable.grant(target, ...EVENTS_TABLE.grants.append, ...EVENTS_TABLE.grants.keepAnswers);
  grantInTransactions(target, eventsTable, EVENTS_TABLE.grants.releaseInTransaction);
  // By its name: a reference would tie the stacks of two contexts together.
  for (const name of others) {
    const resourceName = functionOf(name);
    const arn = stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    target.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }));
  }

  const group = new ScheduleGroup(resources, 'Deadlines', {
    scheduleGroupName: functionName(config, context.name, processManager.name),
  });
  const role = new Role(resources, 'DeadlinesRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceArn': group.scheduleGroupArn } },
    }),
  });
  queue.grantSendMessages(role);
  deadLetters.grantSendMessages(role);
  role.grantPassRole(target.grantPrincipal);
  const schedules = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${group.scheduleGroupName}/*`,
  });
  target.addToRolePolicy(
    new PolicyStatement({ actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'], resources: [schedules] }),
  );
  const settings = {
    SCHEDULE_GROUP: group.scheduleGroupName,
    SCHEDULE_ROLE: role.roleArn,
    QUEUE_ARN: queue.queueArn,
    DEAD_LETTER_ARN: deadLetters.queueArn,
  };
  for (const [name, value] of Object.entries(settings)) target.addEnvironment(name, value);
  return resources;
}
