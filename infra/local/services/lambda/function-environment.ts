/** What a function of the template gets to run: its code, its environment, its limits. */
import type { Log } from '../../engine/log.ts';
import { LOCAL_CREDENTIALS } from '../dynamodb/database.ts';
import type { ConnectionGuard } from '../iam/function-rights.ts';
import type { FunctionPart } from './function.resource.ts';
import type { FunctionDefinition } from './lambda-function.ts';

/** Where the services answer that a function may call. */
export type Endpoints = {
  readonly dynamodb: string;
  readonly eventBridge: string;
  readonly sqs: string;
  readonly sns: string;
  readonly lambda: string;
  readonly scheduler: string;
  /** Takes the calls to all other services, and refuses them by name. */
  readonly others: string;
};

export function functionDefinition(
  part: FunctionPart,
  codeFolder: string,
  endpoints: Endpoints,
  guard: ConnectionGuard | undefined,
): FunctionDefinition {
  return {
    name: part.name,
    arn: part.arn,
    codeFolder,
    handler: part.handler,
    runtime: part.runtime,
    environment: environmentOf(part, codeFolder, endpoints),
    timeoutMs: part.timeoutMs,
    memoryMb: part.memoryMb,
    guard,
    reservedConcurrency: part.reservedConcurrency,
  };
}

/**
 * The template's variables, those that Lambda's runtime sets, and the endpoints that lead the SDK here. Nothing of the
 * machine's own environment. Source: the Lambda guide, "Defined runtime environment variables".
 */
function environmentOf(part: FunctionPart, codeFolder: string, endpoints: Endpoints): Record<string, string> {
  const { region } = part.place;
  return {
    // Those that a template may set.
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    ...part.variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: 'local',
    AWS_EXECUTION_ENV: `AWS_Lambda_${part.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: part.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(part.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: part.logFormat,
    ...(part.logFormat === 'JSON' ? { AWS_LAMBDA_LOG_LEVEL: part.logLevel ?? 'INFO' } : {}),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${part.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local/[$LATEST]',
    LAMBDA_TASK_ROOT: codeFolder,
    _HANDLER: part.handler,
    AWS_ENDPOINT_URL: endpoints.others,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.dynamodb,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_ENDPOINT_URL_SCHEDULER: endpoints.scheduler,
  };
}

/** One line when a template gives functions a zone of their own: the threads of a process share its zone. */
export function tellOfTimeZones(functions: readonly FunctionPart[], log: Log): void {
  const zoned = functions.filter(({ variables }) => !/^:?(Etc\/)?(UTC|GMT)?$/i.test(variables.TZ ?? ''));
  if (zoned.length === 0) return;
  const wanted = zoned.map(({ name, variables }) => `${name} (${variables.TZ})`).join(', ');
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  log('warn', 'local', `TZ has no effect here, where all functions run in the zone ${timeZone}: ${wanted}`);
}
