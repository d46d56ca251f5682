/** A synthesized CDK app is read, planned and started service by service, and ended as a whole. */
import { type Cleanup, createCleanup } from './engine/boot/cleanup.ts';
import type { Plan } from './engine/boot/plan.ts';
import { partsOf } from './engine/boot/resource-kind.ts';
import type { Faults } from './engine/chaos/faults.ts';
import { counted } from './engine/counted.ts';
import { type Listening, urlsByName } from './engine/fixed-ports.ts';
import type { Clock } from './engine/local-clock.ts';
import type { Log } from './engine/log.ts';
import { freePort } from './engine/loopback.ts';
import { createNextRuns } from './engine/next-runs.ts';
import { keepOutputsFile } from './engine/outputs-file.ts';
import { type AssemblyOptions, readPlan } from './read-plan.ts';
import { createIssuerKeys } from './services/api-gateway/authorizer/issuer-keys.ts';
import { type ListeningApi, startHttpApis } from './services/api-gateway/start-http-apis.ts';
import { startAwsApis } from './services/aws-apis.ts';
import type { Directory } from './services/destinations.ts';
import { startChaoticDynamoDb } from './services/dynamodb/chaotic-dynamodb.ts';
import { openDatabase } from './services/dynamodb/database.ts';
import type { TablePart } from './services/dynamodb/table.resource.ts';
import { startTables } from './services/dynamodb/tables.ts';
import { startBuses } from './services/eventbridge/event-bus.resource.ts';
import type { LocalEventBus } from './services/eventbridge/event-bus.ts';
import type { RulePart } from './services/eventbridge/rule.resource.ts';
import { startRules } from './services/eventbridge/start-rules.ts';
import { functionGuard } from './services/iam/function-guard.ts';
import { roleDenial } from './services/iam/role-call.ts';
import { startFunctionUrls } from './services/lambda/function-url/start-function-urls.ts';
import type { ShownMapping } from './services/lambda/lambda-answers.ts';
import { startMappings } from './services/lambda/mappings/start-mappings.ts';
import { startFunctions } from './services/lambda/start-functions.ts';
import { type StartedScheduler, startScheduler } from './services/scheduler/start-scheduler.ts';
import { startTopics } from './services/sns/start-topics.ts';
import { startQueues } from './services/sqs/queue.resource.ts';

export type LocalCloudOptions = AssemblyOptions & {
  /** Of the first HTTP API, from which the others and then the function URLs count up; 0 takes free ones. */
  readonly port: number;
  readonly eventBridgePort?: number;
  /** A DynamoDB that runs already; without it one is started. */
  readonly dynamodbEndpoint?: string;
  /** Asked at every hop whether something is to fail on purpose; without it nothing is. */
  readonly faults?: Faults | undefined;
  /** Where the outputs of the stacks, the addresses and the next runs of schedules are written; without it nowhere. */
  readonly outputsFile?: string;
  /** The time that schedules, the rules' schedules and tokens go by. */
  readonly clock?: Clock;
  readonly log: Log;
  /** Told at the end of each step of the start. */
  readonly progress?: (step: string) => void;
};

export type LocalCloud = {
  /** Of the first HTTP API; empty when the assembly has none. */
  readonly url: string;
  readonly apis: readonly ListeningApi[];
  readonly functionUrls: readonly Listening[];
  readonly eventBridgeUrl: string;
  readonly sqsUrl: string;
  readonly snsUrl: string;
  readonly lambdaUrl: string;
  readonly schedulerUrl: string;
  /** Refuses calls to services that do not run here. */
  readonly absentUrl: string;
  readonly dynamodbEndpoint: string;
  /** Resolves when the DynamoDB Local that was started for this run has ended by itself: all data is gone then. */
  readonly databaseLost: Promise<void>;
  readonly directory: Directory;
  /** By ARN. */
  readonly buses: ReadonlyMap<string, LocalEventBus>;
  /** Table names. */
  readonly tables: readonly string[];
  readonly functionCount: number;
  /** Values of the outputs by stack and name. */
  readonly outputs: Plan['outputs'];
  /** Ends everything that was started, also what hangs. Safe to repeat. */
  stop(): Promise<void>;
};

/**
 * Runs the assembly. Resolves when everything listens. When anything fails on the way, what was started is ended and the
 * error is one that a person can act on: a port in use, no Java, no DynamoDB, or every fault of the templates at once.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const cleanup = createCleanup();
  try {
    return await start(options, cleanup);
  } catch (error) {
    await cleanup
      .run()
      .catch((failure: unknown) => options.log('error', 'local', `the clean-up failed: ${String(failure)}`));
    throw error;
  }
}

async function start(options: LocalCloudOptions, cleanup: Cleanup): Promise<LocalCloud> {
  const { log, faults, clock, progress = () => {} } = options;
  const directory: Directory = { functions: new Map(), queues: new Map(), topics: new Map() };
  const buses = new Map<string, LocalEventBus>();
  const mappings = new Map<string, ShownMapping>();

  const port = await freePort(options.port, 'PORT');
  let scheduling: StartedScheduler | undefined;
  const served = { directory, buses, mappings, scheduling: () => scheduling };
  const apiUrls = await startAwsApis(served, options.eventBridgePort ?? 0, cleanup, log, faults);

  const reading = readPlan(options, port, apiUrls).then((plan) => {
    progress(`template read: ${plan.assembly.stacks.map(({ name }) => name).join(', ')}`);
    for (const line of plan.leftOut) progress(line);
    return plan;
  });
  // A template that is there already is read before anything is started for it.
  if (typeof options.assembly !== 'function') await reading;
  const opening = openDatabase(options.dynamodbEndpoint);
  cleanup.addLast(async () => {
    // A database that did not open is told by who waits for it.
    const opened = await opening.catch(() => undefined);
    await opened?.stop();
  });
  const [database, { assembly, parts, granted, outputs, ports, keySets }] = await Promise.all([opening, reading]);
  progress(`DynamoDB at ${database.endpoint}`);
  const streamArns = await startTables(parts, database.endpoint);
  progress(counted(partsOf<TablePart>(parts, 'table').length, 'table'));

  const nextRuns = createNextRuns();
  startQueues(parts, directory, cleanup, faults);
  startBuses(parts, buses, cleanup, log, { clock, tellNext: nextRuns.tell });
  const dynamodb = faults === undefined ? database.endpoint : await faultyEndpoint(database.endpoint, faults, cleanup);
  const endpoints = { dynamodb, ...apiUrls };
  await startFunctions(
    parts,
    assembly.assets,
    endpoints,
    { ...directory, buses },
    cleanup,
    log,
    faults,
    (part) => granted && functionGuard(part, parts, granted, endpoints),
  );
  progress(
    `${counted(directory.queues.size, 'queue')}, ${counted(buses.size, 'event bus', 'event buses')}, ` +
      counted(directory.functions.size, 'function'),
  );

  const { endpoint } = database;
  const started = startMappings(parts, directory, { endpoint, streamArns }, cleanup, log, faults);
  for (const [id, mapping] of started) mappings.set(id, mapping);
  startTopics(parts, directory, log);
  startRules(parts, buses, directory, log, faults);
  const keys = createIssuerKeys({ ...keySets, clock, log });
  const apis = await startHttpApis(parts, ports, directory, { keys, clock }, cleanup, log);
  const functionUrls = await startFunctionUrls(parts, ports, directory, cleanup, log);
  const denial = granted && roleDenial(granted);
  scheduling = startScheduler(
    parts,
    { directory, buses, log, clock, faults, denial, tellNext: nextRuns.tell },
    cleanup,
  );
  if (options.outputsFile !== undefined) {
    const named = { httpApis: urlsByName(apis), functionUrls: urlsByName(functionUrls) };
    const addresses = { ...endpoints, dynamodb: endpoint, ...named };
    const shown = () => ({ ...outputs, endpoints: addresses, schedules: nextRuns.shown() });
    await keepOutputsFile(options.outputsFile, shown, nextRuns.watch, cleanup, log);
  }
  progress(
    `${counted(mappings.size, 'event source mapping')}, ${counted(partsOf<RulePart>(parts, 'rule').length, 'rule')}, ` +
      counted(apis.length, 'HTTP API') +
      (functionUrls.length > 0 ? `, ${counted(functionUrls.length, 'function URL')}` : ''),
  );
  return {
    url: apis[0]?.url ?? '',
    apis,
    functionUrls,
    eventBridgeUrl: apiUrls.eventBridge,
    sqsUrl: apiUrls.sqs,
    snsUrl: apiUrls.sns,
    lambdaUrl: apiUrls.lambda,
    schedulerUrl: apiUrls.scheduler,
    absentUrl: apiUrls.others,
    dynamodbEndpoint: database.endpoint,
    databaseLost: database.lost,
    directory,
    buses,
    tables: partsOf<TablePart>(parts, 'table').map(({ name }) => name),
    functionCount: directory.functions.size,
    outputs,
    stop: () => cleanup.run(),
  };
}

async function faultyEndpoint(endpoint: string, faults: Faults, cleanup: Cleanup): Promise<string> {
  const proxy = await startChaoticDynamoDb(endpoint, faults);
  cleanup.add(() => proxy.stop());
  return proxy.url;
}
