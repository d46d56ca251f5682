/** How is a handler deployed? The same way every time, with a role that may do nothing yet but write its own log and traces. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { withBundle } from './bundle.ts';

type HandlerFunctionProps = {
  readonly name: string;
  /** From the project's root. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly timeout?: Duration;
};

/** Longer than all attempts of a few requests to DynamoDB, shorter than API Gateway's 30 s: a slow store is a 503, not a cut. */
export const HTTP_TIMEOUT = Duration.seconds(25);

/** Lambda gives CPU by memory: below this, a cold start is several times slower and no cheaper. */
const MEMORY_MB = 1024;

export function handlerFunction(scope: Construct, id: string, props: HandlerFunctionProps): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    logGroupName: `/aws/lambda/${props.name}`,
    retention: props.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return withBundle(
    props.entry,
    (folder) =>
      new LambdaFunction(scope, id, {
        functionName: props.name,
        role,
        logGroup,
        code: Code.fromAsset(folder),
        handler: 'index.handler',
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
        memorySize: MEMORY_MB,
        timeout: props.timeout ?? HTTP_TIMEOUT,
        tracing: Tracing.ACTIVE,
        loggingFormat: LoggingFormat.JSON,
        environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      }),
  );
}
