/**
 * A standard queue with its consumer: what is received is invisible for a while, and there again unless it was deleted; what
 * was received too often is given up. It may deliver in any order, and twice, and somebody may purge it.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { latencyOf } from './faulty-step.ts';
import type { Invocation, Run } from './simulated-function.ts';

type Consumer = (event: SQSEvent) => Promise<Invocation<SQSBatchResponse>>;

type Message = { readonly id: string; readonly body: string; receives: number; visibleAt: number };

export type SimulatedQueue = {
  send(body: string): void;
  /** As ChangeMessageVisibility does, with the record of one receive. */
  comeBackAfter(record: SQSRecord, seconds: number): void;
  isEmpty(): boolean;
  readonly deadLetters: readonly string[];
};

/** As the constructs have it. */
const VISIBILITY_MS = 120_000;
const MAXIMUM_RECEIVES = 20;
const BATCH = 10;
const MAXIMUM_CONCURRENCY = 3;

const DELAY_MS = 30_000;

export function simulatedQueue(run: Run, name: string, consumer: Consumer): SimulatedQueue {
  const { time, draws, note } = run;
  const messages = new Map<string, Message>();
  const deadLetters: string[] = [];
  let sent = 0;
  let running = 0;

  function put(body: string): void {
    if (draws.rare(`${name} loss`, [[true, 0.02]])) {
      note(name, `FAULT loses all of its ${messages.size + 1} messages`);
      messages.clear();
      return;
    }
    sent += 1;
    const delay = draws.rare(`${name} delay`, [[DELAY_MS, 0.1]]) ?? 0;
    const wait = latencyOf(run, name) + (delay === 0 ? 0 : delay * draws.share(`${name} delay`));
    const message = { id: `${name} message ${sent}`, body, receives: 0, visibleAt: time.now() + wait };
    messages.set(message.id, message);
    time.after(wait, receive);
  }

  function receive(): void {
    if (running >= MAXIMUM_CONCURRENCY) return;
    const batch = [...messages.values()].filter(({ visibleAt }) => visibleAt <= time.now()).slice(0, BATCH);
    if (batch.length === 0) return;
    for (const message of batch) {
      message.receives += 1;
      message.visibleAt = time.now() + VISIBILITY_MS;
      time.after(VISIBILITY_MS, receive);
      if (message.receives > MAXIMUM_RECEIVES) {
        note(name, `gives up ${message.body}`);
        deadLetters.push(message.body);
        messages.delete(message.id);
      }
    }
    const Records = batch.filter(({ receives }) => receives <= MAXIMUM_RECEIVES).map(recordOf);
    running += 1;
    void consumer({ Records }).then((invocation) => {
      running -= 1;
      const failed = new Set(
        invocation.kind === 'answered'
          ? invocation.answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
          : Records.map(({ messageId }) => messageId),
      );
      if (invocation.kind === 'failed') note(name, `its consumer failed: ${invocation.error}`);
      for (const { messageId } of Records) {
        if (failed.has(messageId)) continue;
        if (draws.rare(`${name} delete`, [[true, 0.03]])) note(name, `FAULT delivers ${messageId} again`);
        else messages.delete(messageId);
      }
      receive();
    });
  }

  return {
    deadLetters,
    send: put,
    comeBackAfter({ messageId, receiptHandle }, seconds) {
      const message = messages.get(messageId);
      if (message === undefined || receiptHandle !== String(message.receives)) return;
      message.visibleAt = time.now() + seconds * 1_000;
      time.after(seconds * 1_000, receive);
    },
    isEmpty: () => messages.size === 0,
  };
}

const recordOf = ({ id: messageId, body, receives }: Message): SQSRecord =>
  ({
    messageId,
    body,
    receiptHandle: String(receives),
    attributes: { ApproximateReceiveCount: String(receives) },
  }) as SQSRecord; // all that is read of it
