/** The running functions, queues and topics by ARN, and how each takes what is sent to it. */
import { LATEST, type LocalFunction, plainFunctionName, qualifierOf } from './lambda/lambda-function.ts';
import type { LocalTopic } from './sns/topic.ts';
import type { LocalQueue } from './sqs/queue.ts';

/** Everything that can be named by an ARN while the local cloud runs. */
export type Directory = {
  readonly functions: Map<string, LocalFunction>;
  readonly queues: Map<string, LocalQueue>;
  readonly topics: Map<string, LocalTopic>;
};

/** By name, ARN or partial ARN; with a version or an alias, as that reaches it. */
export function functionNamed(directory: Directory, reference: string): LocalFunction | undefined {
  const name = plainFunctionName(reference);
  const qualifier = qualifierOf(reference) ?? LATEST;
  const found = [...directory.functions.values()].find((each) => each.name === name);
  return qualifier === LATEST ? found : found?.qualified?.get(qualifier);
}

/** Throws when there is none: that it is there was checked with the template. */
export function requiredFunction(directory: Directory, reference: string): LocalFunction {
  const found = functionNamed(directory, reference);
  if (found === undefined) throw new Error(`There is no function ${reference}.`);
  return found;
}

/** Throws when there is none: that it is there was checked with the template. */
export function requiredQueue(directory: Directory, arn: string): LocalQueue {
  const found = directory.queues.get(arn);
  if (found === undefined) throw new Error(`There is no queue ${arn}.`);
  return found;
}

/** Hands JSON text to the function (asynchronously), the queue or the topic with the ARN. Rejects when it is not accepted. */
export async function handOver(directory: Directory, arn: string, text: string, groupId?: string): Promise<void> {
  const queue = directory.queues.get(arn);
  const topic = directory.topics.get(arn);
  if (queue !== undefined) queue.send({ body: text, groupId });
  else if (topic !== undefined) topic.publish({ message: text });
  else await requiredFunction(directory, arn).invokeAsync(JSON.parse(text));
}
