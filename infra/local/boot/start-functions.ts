/** How do the functions of a template come to run, each with its code, environment and failure destinations? */
import type { AssetFiles } from '../assembly/asset-files.ts';
import { createFunction } from '../functions/local-function.ts';
import type { Directory, Log } from '../ports.ts';
import { type AsyncInvocationPart, type FunctionPart, type Part, partsOf } from '../resources/parts.ts';
import type { Cleanup } from './cleanup.ts';
import { handOver, requiredQueue } from './directory.ts';
import { codeFolder } from './function-code.ts';
import { type Endpoints, functionDefinition } from './function-definition.ts';

/** Starts every function and enters it in the directory. */
export async function startFunctions(
  parts: readonly Part[],
  assets: AssetFiles,
  endpoints: Endpoints,
  directory: Directory,
  cleanup: Cleanup,
  log: Log,
): Promise<void> {
  const settings = new Map(partsOf(parts, 'async-invocation').map((part) => [part.functionName, part]));
  for (const part of partsOf(parts, 'function')) {
    const folder = await codeFolder(part, assets);
    cleanup.addLast(folder.remove);
    const setting = settings.get(part.name);
    const onAsyncFailure = failureDestination(part, setting, directory, log);
    const running = createFunction(functionDefinition(part, folder.path, endpoints, setting, onAsyncFailure), log);
    cleanup.add(() => running.stop());
    directory.functions.set(part.arn, running);
  }
}

type AsyncFailure = {
  readonly requestContext: { readonly requestId: string };
  readonly requestPayload: unknown;
  readonly responsePayload?: { readonly errorMessage: string };
};

/**
 * A destination gets the record of the failure; a dead-letter queue the event itself, with the error as attributes.
 * Source: the Lambda guide, "Retaining records of asynchronous invocations".
 */
function failureDestination(
  part: FunctionPart,
  setting: AsyncInvocationPart | undefined,
  directory: Directory,
  log: Log,
): ((record: unknown) => void) | undefined {
  const { deadLetterArn } = part;
  const destinationArn = setting?.onFailureArn;
  if (deadLetterArn === undefined && destinationArn === undefined) return undefined;
  return (record) => {
    if (destinationArn !== undefined) {
      handOver(directory, destinationArn, JSON.stringify(record)).catch((error: unknown) =>
        log('error', part.name, `the on-failure destination ${destinationArn} refused a record: ${String(error)}`),
      );
    }
    if (deadLetterArn !== undefined) {
      // What an asynchronous invocation hands over when it fails for good.
      const { requestContext, requestPayload, responsePayload } = record as AsyncFailure;
      const text = (value: string) => ({ DataType: 'String', StringValue: value });
      requiredQueue(directory, deadLetterArn).send({
        body: JSON.stringify(requestPayload),
        attributes: {
          RequestID: text(requestContext.requestId),
          ErrorCode: { DataType: 'Number', StringValue: responsePayload === undefined ? '429' : '200' },
          ErrorMessage: text((responsePayload?.errorMessage || 'Rate Exceeded.').slice(0, 1_024)),
        },
      });
    }
  };
}
