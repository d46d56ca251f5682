/** Lambda's answers to `Invoke`, `GetEventSourceMapping` and `ListEventSourceMappings`. */
import { randomUUID } from 'node:crypto';
import { errorPayload, LATEST, type LocalFunction, plainFunctionName } from './lambda-function.ts';

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A mapping as Lambda tells of it. */
export type ShownMapping = {
  readonly id: string;
  readonly sourceArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly enabled: boolean;
  /** Whether it reads its source now; false when it is disabled. */
  live(): boolean;
};

/** An error as the SDK understands it: the class is in a header, the sentence in the body. */
export function refusal(status: number, code: string, message: string): Answer {
  const body = JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message });
  return { status, headers: { 'x-amzn-errortype': code }, body };
}

/** `Enabling` stands for a mapping that is meant to read its source and cannot at this moment. */
export function mappingState(mapping: ShownMapping | undefined): Answer {
  if (mapping === undefined) {
    return refusal(404, 'ResourceNotFoundException', 'The resource you requested does not exist.');
  }
  return { status: 200, body: JSON.stringify(shown(mapping)) };
}

/** In an order that stays; the marker of a page is the id of the last mapping on it. */
export function mappingPage(mappings: Iterable<ShownMapping>, query: URLSearchParams): Answer {
  const limit = Number(query.get('MaxItems') ?? LARGEST_PAGE);
  if (!Number.isInteger(limit) || limit < 1) {
    return refusal(400, 'InvalidParameterValueException', 'MaxItems must be a whole number from 1 to 10000.');
  }
  const [source, name, after] = ['EventSourceArn', 'FunctionName', 'Marker'].map((key) => query.get(key) ?? '');
  const rest = [...mappings]
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .filter(({ id, sourceArn, functionArn }) => {
      const ofFunction = name === '' || plainFunctionName(name ?? '') === plainFunctionName(functionArn);
      return (source === '' || sourceArn === source) && ofFunction && id > (after ?? '');
    });
  const page = rest.slice(0, Math.min(limit, LARGEST_PAGE));
  const more = rest.length > page.length ? { NextMarker: page.at(-1)?.id } : {};
  return { status: 200, body: JSON.stringify({ EventSourceMappings: page.map(shown), ...more }) };
}

/** However many are asked for. Source: API reference, ListEventSourceMappings. */
const LARGEST_PAGE = 100;

function shown(mapping: ShownMapping) {
  const state = mapping.live() ? 'Enabled' : 'Enabling';
  return {
    UUID: mapping.id,
    EventSourceArn: mapping.sourceArn,
    FunctionArn: mapping.functionArn,
    BatchSize: mapping.batchSize,
    State: mapping.enabled ? state : 'Disabled',
    StateTransitionReason: 'User action',
  };
}

/** Runs the function, accepts the event, or only looks whether it is there, as the invocation type says. */
export async function invoke(
  target: LocalFunction | undefined,
  reference: string,
  type: string,
  payload: string,
): Promise<Answer> {
  if (target === undefined) return refusal(404, 'ResourceNotFoundException', `Function not found: ${reference}`);
  const event = parsed(payload);
  if (event === undefined) {
    const reason = 'Could not parse request body into json: the payload is not JSON';
    return refusal(400, 'InvalidRequestContentException', reason);
  }
  const headers = { 'x-amzn-requestid': randomUUID() };
  const executed = { ...headers, 'x-amz-executed-version': target.version ?? LATEST };
  if (type === 'DryRun') return { status: 204, headers: executed, body: '' };
  if (type === 'Event') {
    try {
      await target.invokeAsync(event.value);
    } catch (error) {
      return refusal(413, 'RequestTooLargeException', error instanceof Error ? error.message : String(error));
    }
    return { status: 202, headers, body: '' };
  }
  if (type !== 'RequestResponse') {
    return refusal(400, 'InvalidParameterValueException', `There is no invocation type ${type}.`);
  }
  const result = await target.invoke(event.value);
  if (result.ok) return { status: 200, headers: executed, body: JSON.stringify(result.payload) ?? 'null' };
  if (result.reason === 'throttled') return refusal(429, 'TooManyRequestsException', result.errorMessage);
  return {
    status: 200,
    headers: { ...executed, 'x-amz-function-error': 'Unhandled' },
    body: JSON.stringify(errorPayload(result)),
  };
}

/** An empty payload is the empty event. */
function parsed(payload: string): { readonly value: unknown } | undefined {
  if (payload === '') return { value: {} };
  try {
    return { value: JSON.parse(payload) };
  } catch {
    return undefined;
  }
}
