/** Whatever has an alarm tells one topic per stage. Its name is fixed, so that no stack needs another's output to tell it. */
import { type ArnComponents, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';

const topicName = ({ prefix }: Pick<Config, 'prefix'>): string => `${prefix}-alarms`;

/** Its own policy lets the alarms of the account publish. Who subscribes by e-mail has to confirm it once. */
export function alarmTopic(scope: Construct, config: Config): void {
  const topic = new Topic(scope, 'Alarms', { topicName: topicName(config) });
  if (config.alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(config.alarmEmail));
}

/** As text, not as a reference: it can be named before it is there, and taken away while others name it. */
export function alarmTopicArn(scope: Construct, config: Pick<Config, 'prefix'>): string {
  const topic: ArnComponents = { service: 'sns', resource: topicName(config) };
  return Stack.of(scope).formatArn(topic);
}
