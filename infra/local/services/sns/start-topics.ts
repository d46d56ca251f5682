/** The topics of a template come to deliver. */
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import type { Log } from '../../engine/log.ts';
import { type Directory, requiredFunction, requiredQueue } from '../destinations.ts';
import { compileFilter } from './filter-policy.ts';
import { createTopic } from './local-topic.ts';
import type { SubscriptionDefinition, SubscriptionPart, TopicPart } from './topic.resource.ts';
import type { Endpoint } from './topic.ts';

/** Enters every topic in the directory, where functions and queues must be, and subscribes what the templates say. */
export function startTopics(parts: readonly Part[], directory: Directory, log: Log): void {
  const separate = partsOf<SubscriptionPart>(parts, 'subscription').map(({ definition }) => definition);
  for (const { definition, subscriptions } of partsOf<TopicPart>(parts, 'topic')) {
    const topic = createTopic(definition, log);
    directory.topics.set(topic.arn, topic);
    for (const each of [...subscriptions, ...separate.filter(({ topicArn }) => topicArn === topic.arn)]) {
      const { filter, deadLetterArn } = each;
      topic.subscribe({
        arn: each.arn,
        endpoint: endpointOf(each, directory),
        passes: filter === undefined ? () => true : compileFilter(filter.policy, filter.scope),
        deadLetterQueue: deadLetterArn === undefined ? undefined : requiredQueue(directory, deadLetterArn),
      });
    }
  }
}

function endpointOf({ protocol, endpoint, raw }: SubscriptionDefinition, directory: Directory): Endpoint {
  if (protocol === 'sqs') return { kind: 'queue', queue: requiredQueue(directory, endpoint), raw };
  if (protocol === 'lambda') return { kind: 'function', target: requiredFunction(directory, endpoint) };
  return { kind: 'person', protocol, address: endpoint };
}
