/** The health check looks at everything that must be live. */
import { bundledSettings } from '../../../support/bundled-settings.ts';
import type { Reference, SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule, without } from './rule.ts';

type EventRule = { Name: string; EventBusName?: string };
type Mapping = { FunctionName: Reference };

const listed = (app: SynthesizedApp, setting: string) =>
  bundledSettings(app, 'tributary-health')[setting]?.split(',') ?? [];

export const healthRules: readonly Rule[] = [
  {
    title: 'The health check names every table of the app',
    faults: (app) =>
      without(app.all<{ TableName: string }>('AWS::DynamoDB::GlobalTable'), 'is not watched', ({ properties }) =>
        listed(app, 'TABLES').includes(properties.TableName),
      ),
    violate: (app) => {
      first(app.all<{ TableName: string }>('AWS::DynamoDB::GlobalTable')).properties.TableName = 'another';
    },
  },
  {
    title: 'The health check names every rule of the app, with its bus',
    faults: (app) =>
      without(app.all<EventRule>('AWS::Events::Rule'), 'is not watched', ({ properties: { Name, EventBusName } }) =>
        listed(app, 'RULES').includes(EventBusName === undefined ? Name : `${EventBusName}|${Name}`),
      ),
    violate: (app) => {
      first(app.all<EventRule>('AWS::Events::Rule')).properties.Name = 'another';
    },
  },
  {
    title: 'The health check names the function of every mapping of the app, and no other',
    faults: (app) => {
      const named = listed(app, 'MAPPED_FUNCTIONS');
      const mapped = app
        .all<Mapping>('AWS::Lambda::EventSourceMapping')
        .map(({ stack, properties }) => app.target<{ FunctionName: string }>(stack, properties.FunctionName))
        .map(({ properties }) => properties.FunctionName);
      return [
        ...mapped.filter((name) => !named.includes(name)).map((name) => `${name}: is not watched`),
        ...named.filter((name) => !mapped.includes(name)).map((name) => `${name}: has no mapping`),
      ];
    },
    violate: (app) => {
      const mappings = app.all<Mapping>('AWS::Lambda::EventSourceMapping');
      const [one, other] = mappings.filter(({ stack }) => stack === 'tributary-accounts');
      if (one !== undefined && other !== undefined) one.properties.FunctionName = other.properties.FunctionName;
    },
  },
];
