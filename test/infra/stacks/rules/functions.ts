/** Every function is deployed the same way, and its code is what it should be. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reference, SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule, without } from './rule.ts';

type LambdaFunction = {
  FunctionName: string;
  Runtime?: string;
  Architectures?: string[];
  Timeout: number;
  Handler: string;
  TracingConfig?: { Mode?: string };
  LoggingConfig?: { LogFormat?: string; LogGroup?: Reference };
  Environment?: { Variables?: Record<string, unknown> };
  Code: { S3Key: string };
};
type LogGroup = { LogGroupName?: string; RetentionInDays?: number };
type Integration = { IntegrationUri: Reference; TimeoutInMillis?: number; PayloadFormatVersion?: string };

const functions = (app: SynthesizedApp) => app.all<LambdaFunction>('AWS::Lambda::Function');
const integrations = (app: SynthesizedApp) => app.all<Integration>('AWS::ApiGatewayV2::Integration');

/** Once a minute by a schedule, or as often as anybody likes: traces of them would be most of what a stage costs. */
const CALLED_WITHOUT_END = /-(?:reconcile|up)$/;

/** API Gateway cuts a request after this. */
const LONGEST_INTEGRATION_MS = 30_000;

export const functionRules: readonly Rule[] = [
  {
    title:
      'Every function runs on Node.js 24, on ARM, with the source maps of its bundle, and is traced, but for those that are called without end',
    faults: (app) =>
      without(
        functions(app),
        'another runtime or set-up',
        ({ properties: { FunctionName, Runtime, Architectures, TracingConfig, Environment } }) =>
          Runtime === 'nodejs24.x' &&
          Architectures?.join() === 'arm64' &&
          (TracingConfig?.Mode === 'Active') !== CALLED_WITHOUT_END.test(FunctionName) &&
          Environment?.Variables?.NODE_OPTIONS === '--enable-source-maps',
      ),
    violate: (app) => {
      const commands = functions(app).filter(({ properties }) => properties.FunctionName.endsWith('-commands'));
      first(commands).properties.TracingConfig = { Mode: 'PassThrough' };
    },
  },
  {
    title: 'Every function logs JSON to a log group of its own that forgets in time',
    faults: (app) => {
      const groups = new Set<string>();
      return without(functions(app), 'no log group of its own', ({ stack, properties }) => {
        const { LogFormat, LogGroup } = properties.LoggingConfig ?? {};
        const group = app.target<LogGroup>(stack, LogGroup);
        const own =
          !groups.has(group.path) && group.properties.LogGroupName === `/aws/lambda/${properties.FunctionName}`;
        groups.add(group.path);
        return own && LogFormat === 'JSON' && (group.properties.RetentionInDays ?? 0) > 0;
      });
    },
    violate: (app) => {
      const { stack, properties } = first(functions(app));
      delete app.target<LogGroup>(stack, properties.LoggingConfig?.LogGroup).properties.RetentionInDays;
    },
  },
  {
    title: 'A function behind HTTP ends before its integration, and that before the gateway cuts it',
    faults: (app) =>
      without(integrations(app), 'the answer comes too late', ({ stack, properties }) => {
        const { Timeout } = app.target<LambdaFunction>(stack, properties.IntegrationUri).properties;
        const within = properties.TimeoutInMillis ?? LONGEST_INTEGRATION_MS;
        return (
          properties.PayloadFormatVersion === '2.0' && Timeout * 1_000 < within && within <= LONGEST_INTEGRATION_MS
        );
      }),
    violate: (app) => {
      for (const { properties } of integrations(app)) properties.TimeoutInMillis = 20_000;
    },
  },
  {
    title: 'Every bundle is one minified ES module with its source map beside it, below a megabyte',
    faults: (app) =>
      without(functions(app), 'another kind of bundle', ({ properties: { Code, Handler } }) => {
        const asset = join(app.folder, `asset.${Code.S3Key.replace(/\.zip$/, '')}`);
        if (!existsSync(join(asset, 'index.mjs.map'))) return false;
        const [file, exported] = Handler.split('.');
        const code = readFileSync(join(asset, 'index.mjs'), 'utf8');
        const [module = '', , ...more] = code.trimEnd().split('\n//# ');
        const minified = module.length / module.split('\n').length > 500;
        return (
          file === 'index' &&
          minified &&
          more.length === 0 &&
          new RegExp(`export\\s*\\{[^}]*\\bas ${exported}\\b`).test(module) &&
          code.length < 1_000_000
        );
      }),
    violate: (app) => {
      first(functions(app)).properties.Handler = 'handler.index';
    },
  },
];
