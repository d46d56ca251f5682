/** The dead letters of a projection or a process manager: hints become catch-ups, and are deleted when their stream has what they announce. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { redriveLetters, type StreamLetters, sortLetters } from '#shared/edge/queue/index.ts';
import type { Follower } from '#shared/projection/index.ts';
import type { Waiting } from './waiting.ts';
import type { RedrivePorts } from './waiting-streams.ts';

type Letter = { readonly body: string; readonly receipt: string };

/** Nobody else sees the letters for so long; a tool that is killed gives them back after it. */
const HELD_SECONDS = 15 * 60;

/** Of one run. */
const MAXIMUM_LETTERS = 10_000;

/** Entries of one batch. Source: Amazon SQS API reference. */
const BATCH = 10;

/** Holds all letters of the queue until they are carried out or released. What is no hint stays, unless `discard` is said. */
export async function waitingLetters(
  { client, queue, ports }: { readonly client: SQSClient; readonly queue: string; readonly ports: RedrivePorts },
  follower: Follower,
  { isChosen, discard }: { readonly isChosen?: (stream: string) => boolean; readonly discard: boolean },
): Promise<Waiting> {
  const { name } = follower;
  const held = new Set(await receiveAll(client, queue));
  const sorted = sortLetters(follower, [...held]);
  const streams = sorted.streams.filter(({ stream }) => isChosen?.(stream) ?? true);
  const others = isChosen === undefined ? sorted.others : [];
  const remove = async (letters: readonly Letter[]) => {
    await deleteAll(client, queue, letters);
    for (const letter of letters) held.delete(letter);
  };

  async function redriven(one: StreamLetters<Letter>): Promise<number> {
    const { stream, version, letters } = one;
    const outcome = await redriveLetters(ports, follower, one);
    switch (outcome.kind) {
      case 'reached':
        await remove(letters);
        console.log(`${name}: ${stream} has reached version ${outcome.version}, ${counted(letters)} done`);
        return 0;
      case 'parked':
        await remove(letters);
        console.log(
          `${name}: ${stream} is parked, and what ${counted(letters)} told of waits there: ${outcome.reason}`,
        );
        return 1;
      case 'not-in-the-log':
        if (discard) await remove(letters);
        console.log(
          `${name}: ${stream} is announced up to version ${version}, and its log ends at ${outcome.version}: ${counted(letters)} ${discard ? 'discarded' : 'left; --discard deletes'}`,
        );
        return discard ? 0 : 1;
    }
  }

  return {
    lines: [
      ...streams.map(
        ({ stream, version, letters }) => `${name}: ${counted(letters)} of ${stream}, up to version ${version}`,
      ),
      ...others.map(
        ({ body }) =>
          `${name}: a dead letter that is no hint${discard ? ', to be deleted' : ''}: ${body.slice(0, 200)}`,
      ),
    ],
    streams: streams.map(({ stream }) => stream),
    async carryOut() {
      let left = 0;
      for (const one of streams) left += await redriven(one);
      if (others.length === 0) return left;
      if (discard) await remove(others);
      console.log(
        `${name}: ${counted(others)} that ${others.length === 1 ? 'is no hint' : 'are no hints'} ${discard ? 'discarded' : 'left; --discard deletes'}`,
      );
      return discard ? left : left + others.length;
    },
    release: () => giveBack(client, queue, [...held]),
  };
}

const counted = ({ length }: readonly unknown[]) => `${length} dead ${length === 1 ? 'letter' : 'letters'}`;

async function receiveAll(client: SQSClient, QueueUrl: string): Promise<Letter[]> {
  const letters: Letter[] = [];
  while (letters.length < MAXIMUM_LETTERS) {
    // A receive that waits looks at all servers of the queue: an empty answer means an empty queue.
    const receive = { QueueUrl, MaxNumberOfMessages: BATCH, VisibilityTimeout: HELD_SECONDS, WaitTimeSeconds: 1 };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(receive));
    if (Messages.length === 0) break;
    letters.push(...Messages.map(({ Body = '', ReceiptHandle = '' }) => ({ body: Body, receipt: ReceiptHandle })));
  }
  return letters;
}

async function deleteAll(client: SQSClient, QueueUrl: string, letters: readonly Letter[]): Promise<void> {
  for (const Entries of batches(letters)) {
    const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`${Failed.length} dead letters could not be deleted: ${Failed[0]?.Message}`);
  }
}

async function giveBack(client: SQSClient, QueueUrl: string, letters: readonly Letter[]): Promise<void> {
  for (const batch of batches(letters)) {
    const Entries = batch.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    // Those that are not given back come back by themselves.
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

function* batches(letters: readonly Letter[]) {
  for (let start = 0; start < letters.length; start += BATCH) {
    yield letters
      .slice(start, start + BATCH)
      .map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
  }
}
