/** Open to the world is every route of the catalogs, once, for whom IAM lets in, and nothing else. */
import { commandRoutes, queryRoutes } from '#shared/catalog/index.ts';
import { contexts } from '../../../../functions/contexts.ts';
import type { Reference, SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule, without } from './rule.ts';

type Route = { RouteKey: string; AuthorizationType?: string; Target: { 'Fn::Join': [string, [string, Reference]] } };
type Permission = { FunctionName: Reference; Principal: string; SourceArn: unknown };

type Throttling = { ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number };
type Stage = {
  DefaultRouteSettings?: Throttling;
  RouteSettings?: Record<string, Throttling>;
  AccessLogSettings?: { DestinationArn: Reference; Format: string };
};

const OPEN_ROUTE = 'GET /up';

const stages = (app: SynthesizedApp) => app.all<Stage>('AWS::ApiGatewayV2::Stage');
const routes = (app: SynthesizedApp) => app.all<Route>('AWS::ApiGatewayV2::Route');
const permissions = (app: SynthesizedApp) => app.all<Permission>('AWS::Lambda::Permission');

/** Function by route key. */
const wanted = new Map<string, string>([
  ...contexts.flatMap((context) => [
    ...commandRoutes(context).map(({ key }) => [key, `tributary-${context.name}-commands`] as const),
    ...queryRoutes(context).map(({ key }) => [key, `tributary-${context.name}-queries`] as const),
  ]),
  ['GET /streams/{stream}', 'tributary-streams'],
  ['GET /commands/{stream}/{id}', 'tributary-commands'],
  ['GET /feed/{context}', 'tributary-feed'],
  ['GET /projections', 'tributary-projections'],
  ['GET /health', 'tributary-health'],
  ['$default', 'tributary-not-found'],
  ['GET /up', 'tributary-up'],
]);

function functionBehind(app: SynthesizedApp, { stack, properties }: ReturnType<typeof routes>[number]): string {
  const [, [, reference]] = properties.Target['Fn::Join'];
  const integration = app.target<{ IntegrationUri: Reference }>(stack, reference);
  return app.target<{ FunctionName: string }>(stack, integration.properties.IntegrationUri).properties.FunctionName;
}

export const routeRules: readonly Rule[] = [
  {
    title: 'The routes are those of the catalogs and the platform, each once, each to its function',
    faults: (app) => {
      const there = routes(app).map((route) => `${route.properties.RouteKey} -> ${functionBehind(app, route)}`);
      const expected = [...wanted].map(([key, name]) => `${key} -> ${name}`);
      return [
        ...expected.filter((route) => !there.includes(route)).map((route) => `${route} is missing`),
        ...there
          .filter((route, index) => !expected.includes(route) || there.indexOf(route) !== index)
          .map((route) => `${route} is one too many`),
      ];
    },
    violate: (app) => {
      const [one, other] = routes(app);
      if (one !== undefined && other !== undefined) one.properties.RouteKey = other.properties.RouteKey;
    },
  },
  {
    title: 'No route answers without IAM authorization, but the one that says whether the stage is up',
    faults: (app) =>
      without(routes(app), 'open to everybody', ({ properties: { RouteKey, AuthorizationType } }) =>
        RouteKey === OPEN_ROUTE ? AuthorizationType === 'NONE' : AuthorizationType === 'AWS_IAM',
      ),
    violate: (app) => {
      const signed = routes(app).filter(({ properties }) => properties.RouteKey !== OPEN_ROUTE);
      first(signed).properties.AuthorizationType = 'NONE';
    },
  },
  {
    title:
      'Nobody can ask much: the API is throttled, and the open route to a call a second, which it can only have after it',
    faults: (app) =>
      without(stages(app), 'takes all that comes', ({ properties, dependsOn }) => {
        const { DefaultRouteSettings: all = {}, RouteSettings = {} } = properties;
        const open = RouteSettings[OPEN_ROUTE] ?? {};
        const route = routes(app).find(({ properties: { RouteKey } }) => RouteKey === OPEN_ROUTE);
        return (
          [all.ThrottlingRateLimit, all.ThrottlingBurstLimit].every((limit) => limit !== undefined && limit > 0) &&
          open.ThrottlingRateLimit === 1 &&
          (open.ThrottlingBurstLimit ?? 10) < 10 &&
          route !== undefined &&
          dependsOn.includes(route.id)
        );
      }),
    violate: (app) => {
      first(stages(app)).properties.RouteSettings = {};
    },
  },
  {
    title: 'Every request is noted in a log that forgets in time: which, by whom, with what answer, how fast',
    faults: (app) =>
      without(stages(app), 'notes too little', ({ stack, properties: { AccessLogSettings } }) => {
        const log = app.target<{ RetentionInDays?: number }>(stack, AccessLogSettings?.DestinationArn);
        const noted = Object.values(JSON.parse(AccessLogSettings?.Format ?? '{}'));
        const wanted = ['requestId', 'status', 'identity.userArn', 'routeKey', 'responseLatency'];
        return (
          log.type === 'AWS::Logs::LogGroup' &&
          (log.properties.RetentionInDays ?? 0) > 0 &&
          wanted.every((name) => noted.includes(`$context.${name}`))
        );
      }),
    violate: (app) => {
      const { AccessLogSettings } = first(stages(app)).properties;
      if (AccessLogSettings !== undefined) AccessLogSettings.Format = '{"requestId":"$context.requestId"}';
    },
  },
  {
    title:
      'A function is opened to the gateway once, however many routes it has: its policy takes about 46 of the kind',
    faults: (app) => {
      const opened = permissions(app)
        .filter(({ properties }) => properties.Principal === 'apigateway.amazonaws.com')
        .map(({ stack, properties }) => app.target(stack, properties.FunctionName).path);
      return opened.filter((path, index) => opened.indexOf(path) !== index).map((path) => `${path}: opened twice`);
    },
    violate: (app) => {
      const [one, other] = permissions(app).filter(({ stack }) => stack === 'tributary-operations');
      if (one !== undefined && other !== undefined) other.properties.FunctionName = one.properties.FunctionName;
    },
  },
  {
    title: 'Only the gateway and a schedule of the app may call a function, and the gateway reaches each behind it',
    faults: (app) => {
      const called = permissions(app).map(({ stack, properties }) => app.target(stack, properties.FunctionName).path);
      const behind = app
        .all<{ IntegrationUri: Reference }>('AWS::ApiGatewayV2::Integration')
        .map(({ stack, properties }) => app.target(stack, properties.IntegrationUri));
      return [
        ...without(behind, 'the gateway may not call it', ({ path }) => called.includes(path)),
        ...without(permissions(app), 'open to others', ({ stack, properties: { Principal, SourceArn } }) => {
          if (Principal === 'events.amazonaws.com') return app.target(stack, SourceArn).type === 'AWS::Events::Rule';
          const parts: readonly unknown[] = Object(SourceArn)['Fn::Join']?.[1] ?? [];
          // The API of another stack, or of the same one.
          const named = parts.filter((part) => typeof part === 'object' && !/^AWS::/.test(Object(part).Ref ?? ''));
          const isApi = named.length === 1 && app.target(stack, named[0]).type === 'AWS::ApiGatewayV2::Api';
          return Principal === 'apigateway.amazonaws.com' && isApi;
        }),
      ];
    },
    violate: (app) => {
      first(permissions(app)).properties.Principal = '*';
    },
  },
];
