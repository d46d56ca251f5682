/** Every handler is deployed the same way, with a role that may do nothing yet but write its own log and traces. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { withBundle } from './bundle.ts';

type HandlerFunctionProps = {
  readonly name: string;
  /** From the project's root. */
  readonly entry: string;
  /** The entry's export; `handler` when it is left out. */
  readonly handler?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Settings that grow with the catalogs, which the 4 KB of an environment would not hold: a file beside the code. */
  readonly bundledSettings?: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly timeout?: Duration;
  /** Left out, every second's first call is traced, and 5 % of the others. */
  readonly isTraced?: boolean;
};

/** Longer than all attempts of a few requests to DynamoDB, shorter than API Gateway's 30 s: a slow store is a 503, not a cut. */
export const HTTP_TIMEOUT = Duration.seconds(25);

/** Beside the code of a function that has bundled settings. */
const SETTINGS_FILE = 'settings.json';

/** Lambda gives CPU by memory: below this, a cold start is several times slower and no cheaper. */
const MEMORY_MB = 1024;

/** The file that exports the handlers of a context. */
export const handlersOf = ({ name }: Pick<ContextCatalog, 'name'>): string => `functions/${name}/${name}.handlers.ts`;

/** Lets a function do something to a table's items only as a part of TransactWriteItems. */
export function grantInTransactions(target: LambdaFunction, table: ITable, actions: readonly string[]): void {
  target.addToRolePolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: [table.tableArn],
      conditions: { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] } },
    }),
  );
}

export function handlerFunction(scope: Construct, id: string, props: HandlerFunctionProps): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    logGroupName: `/aws/lambda/${props.name}`,
    retention: props.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return withBundle(props.entry, (folder) => {
    if (props.bundledSettings !== undefined) writeSettings(scope, folder, props.bundledSettings);
    return new LambdaFunction(scope, id, {
      functionName: props.name,
      role,
      logGroup,
      code: Code.fromAsset(folder),
      handler: `index.${props.handler ?? 'handler'}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB,
      timeout: props.timeout ?? HTTP_TIMEOUT,
      tracing: props.isTraced === false ? Tracing.DISABLED : Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        ...(props.bundledSettings && { SETTINGS_FILE }),
        ...props.environment,
      },
    });
  });
}

/** The file is an asset, which is made before anything is deployed: what only a deployment knows cannot be in it. */
function writeSettings(scope: Construct, folder: string, settings: Readonly<Record<string, string>>): void {
  const text = JSON.stringify(settings, undefined, 1);
  if (Token.isUnresolved(text)) throw new Error(`${scope.node.path}: a bundled setting is not known at synth.`);
  writeFileSync(join(folder, SETTINGS_FILE), text);
}
