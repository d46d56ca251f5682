/** Which lines keep the command handling right? */
import type { Guard } from './guard.ts';

const HANDLING = 'test/shared/command/handle-command.test.ts';
const IDEMPOTENCY = 'test/shared/command/idempotency.test.ts';
const WARM = 'test/shared/command/state-cache.test.ts';
const SNAPSHOTS = 'test/shared/command/snapshots.test.ts';
const IN_TIME = 'test/shared/http/answering-in-time.test.ts';

export const commandGuards: readonly Guard[] = [
  {
    name: 'recorded times of a stream do not go back',
    file: 'shared/command/append-decision.ts',
    find: 'known.recordedAt > now ? known.recordedAt : now',
    replace: 'known.recordedAt > now ? now : now',
    tests: [HANDLING],
  },
  {
    name: 'a repeated command is recognised',
    file: 'shared/command/handle-command.ts',
    find: 'if (earlier !== undefined) return replay(handling.store, attempt, earlier);',
    replace: 'if (earlier === null) return replay(handling.store, attempt, earlier);',
    tests: [IDEMPOTENCY],
  },
  {
    name: 'another payload under a used id is told',
    file: 'shared/command/handle-command.ts',
    find: "if (earlier.payloadHash !== hash) return { kind: 'command-id-reused' };",
    replace: '',
    tests: [IDEMPOTENCY],
  },
  {
    name: 'a command without an id keeps one for all its tries',
    file: 'shared/command/append-decision.ts',
    find: 'why: { id: commandId,',
    replace: 'why: { id: request.commandId ?? ids(),',
    tests: [IDEMPOTENCY],
  },
  {
    name: 'a hundred other commands later a repeat is still recognised',
    file: 'shared/command/folded-stream.ts',
    find: 'commands.slice(-(COMMAND_WINDOW + 1))',
    replace: 'commands.slice(-COMMAND_WINDOW)',
    tests: [IDEMPOTENCY],
  },
  {
    name: 'a snapshot carries the commands before it',
    file: 'shared/command/folded-stream.ts',
    find: '[...from.commands, ',
    replace: '[',
    tests: [IDEMPOTENCY],
  },
  {
    name: 'nothing is refused without a fresh read',
    file: 'shared/command/handle-command.ts',
    find: "if (answer.kind !== 'conflict' && fresh) return answer;",
    replace: "if (answer.kind !== 'conflict') return answer;",
    tests: [WARM],
  },
  {
    name: 'the stream is read again after a conflict',
    file: 'shared/command/handle-command.ts',
    find: 'known = await load(handling, aggregate, request.stream, known);',
    replace: 'if (!fresh) known = await load(handling, aggregate, request.stream, known);',
    tests: [HANDLING],
  },
  {
    name: 'a conflict on stale state does not count',
    file: 'shared/command/handle-command.ts',
    find: "if (answer.kind === 'conflict' && fresh) {",
    replace: "if (answer.kind === 'conflict') {",
    tests: [WARM],
  },
  {
    name: 'being stale is not being overtaken',
    file: 'shared/command/handle-command.ts',
    find: 'overtaken ||= fresh && ',
    replace: 'overtaken ||= ',
    tests: [WARM],
  },
  {
    name: 'a command whose policy is to fail is not decided again',
    file: 'shared/command/handle-command.ts',
    find: '(overtaken && failsWhenOvertaken)',
    replace: 'false',
    tests: [HANDLING],
  },
  {
    name: 'retries end',
    file: 'shared/command/handle-command.ts',
    find: 'conflicts === MAXIMUM_ATTEMPTS || ',
    replace: '',
    tests: [HANDLING],
  },
  {
    name: 'nothing is tried when nobody waits for it',
    file: 'shared/command/handle-command.ts',
    find: 'if (request.signal?.aborted) throw outOfTime(request.stream);',
    replace: '',
    tests: [IN_TIME],
  },
  {
    name: 'an answer comes before the function is cut off',
    file: 'shared/http/endpoint.ts',
    find: 'const ANSWER_MS = 1_000;',
    replace: 'const ANSWER_MS = 0;',
    tests: [IN_TIME],
  },
  {
    name: 'a failed precondition is told before a conflict',
    file: 'shared/command/handle-command.ts',
    find: "isGivenUp && verdict.kind !== 'precondition-failed'",
    replace: 'isGivenUp',
    tests: [HANDLING],
  },
  {
    name: 'the streams that are known are a bounded few',
    file: 'shared/command/state-cache.ts',
    find: 'streams.size <= maximumStreams && ',
    replace: '',
    tests: [WARM],
  },
  {
    name: 'what is known takes a bounded part of the memory',
    file: 'shared/command/state-cache.ts',
    find: ' && stateBytes <= maximumStateBytes',
    replace: '',
    tests: [WARM],
  },
  {
    name: 'a stream that was asked for stays known',
    file: 'shared/command/state-cache.ts',
    find: 'if (known !== undefined) putLast(known);',
    replace: '',
    tests: [WARM],
  },
  {
    name: 'a known state is the one that would be read',
    file: 'shared/command/folded-stream.ts',
    find: 'JSON.parse(text) as DomainEvent[]',
    replace: 'bare.events as DomainEvent[]',
    tests: [WARM],
  },
  {
    name: 'a snapshot that was left out is tried again',
    file: 'shared/command/folded-stream.ts',
    find: 'if (snapshotFits(token, commit)) return',
    replace: 'return',
    tests: [SNAPSHOTS],
  },
  {
    name: 'a snapshot of another machine counts',
    file: 'shared/command/folded-stream.ts',
    find: 'snapshot === undefined && before !== undefined ? before.sinceSnapshot : NOTHING_SINCE',
    replace: 'before?.sinceSnapshot ?? NOTHING_SINCE',
    tests: [SNAPSHOTS],
  },
  {
    name: 'another schema is another tag',
    file: 'shared/command/snapshot-schema.ts',
    find: 'const description = JSON.stringify(',
    replace: 'const description = typeof JSON.stringify(',
    tests: [SNAPSHOTS],
  },
  {
    name: 'a state that JSON cannot hold is refused',
    file: 'shared/command/snapshot-schema.ts',
    find: "unrepresentable: 'throw'",
    replace: "unrepresentable: 'any'",
    tests: [SNAPSHOTS],
  },
];
