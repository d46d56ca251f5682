/**
 * A process's command is carried out here when its target is of the same context, and else by the commands function of the
 * other context. A target that fails again and again is left alone for a while.
 */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll, isBrokenCircuitError } from 'cockatiel';
import * as z from 'zod/mini';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import type { CommandHandling } from '#shared/command/index.ts';
import { KitError } from '#shared/event/index.ts';
import { type Answer, notCarriedOut, type OutgoingCommand } from '#shared/process-manager/index.ts';
import { carryOutHere, type InvocationAnswer, type InvokedCommand } from './carry-out-here.ts';

const answers = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['recorded', 'unchanged']), version: z.int() }),
  z.object({ kind: z.literal('rejected'), code: z.string() }),
  z.object({ kind: z.literal('impossible'), reason: z.string() }),
]);

/** Calls that fail one after the other before a target is left alone, and for how long then. */
const FAILURES = 5;
const LEFT_ALONE_MS = 30_000;

type SenderOptions = {
  readonly context: ContextCatalog;
  readonly handling: CommandHandling;
  readonly lambda: () => LambdaClient;
  /** The commands functions of other contexts, by the context's name. */
  readonly functions: Readonly<Record<string, string>>;
  /** Is told when calls to a context are given up for a while, and when they are tried again. */
  readonly onCircuit: (context: string, isOpen: boolean) => void;
};

/** Sends the commands of processes; throws as `CarryingPorts` says. */
export function commandSender({ context, handling, lambda, functions, onCircuit }: SenderOptions) {
  const circuits = new Map<string, ReturnType<typeof circuitTo>>();

  function circuitTo(target: string) {
    const circuit = circuitBreaker(handleAll, {
      halfOpenAfter: LEFT_ALONE_MS,
      breaker: new ConsecutiveBreaker(FAILURES),
    });
    circuit.onStateChange((state) => onCircuit(target, state === CircuitState.Open));
    return circuit;
  }

  async function invoke(target: string, command: OutgoingCommand): Promise<InvocationAnswer> {
    const FunctionName = functions[target];
    if (FunctionName === undefined) return { kind: 'impossible', reason: `there is no context ${target}.` };
    const circuit = circuits.get(target) ?? circuitTo(target);
    circuits.set(target, circuit);
    try {
      return await circuit.execute(async () => {
        const Payload = JSON.stringify({ command } satisfies InvokedCommand);
        const { FunctionError, Payload: answer } = await lambda().send(new InvokeCommand({ FunctionName, Payload }));
        const text = new TextDecoder().decode(answer);
        if (FunctionError !== undefined) throw new Error(`${FunctionName} failed: ${text}`);
        return answers.parse(JSON.parse(text));
      });
    } catch (cause) {
      const why = isBrokenCircuitError(cause) ? 'has failed again and again and is left alone' : 'does not answer';
      throw new KitError('store-unavailable', `The context ${target} ${why}. Try again.`, { retryable: true, cause });
    }
  }

  return async (command: OutgoingCommand): Promise<Answer> => {
    const { context: target = context.name } = command;
    const answer = await (target === context.name ? carryOutHere(handling, context, command) : invoke(target, command));
    if (answer.kind === 'impossible') throw notCarriedOut(command, answer.reason);
    return answer;
  };
}
