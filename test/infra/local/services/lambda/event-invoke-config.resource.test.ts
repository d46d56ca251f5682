/** A configuration of invocations belongs to a function, or to one version or alias of it, and there is one of each. */
import { describe, expect, it } from 'vitest';
import type { Template } from '../../../../../infra/local/engine/template/template.ts';
import { faultsOf, inlineFunction, stackOf } from '../../engine/boot/planned.ts';

const config = (properties: object = {}) => ({
  Type: 'AWS::Lambda::EventInvokeConfig',
  Properties: { FunctionName: { Ref: 'F' }, Qualifier: '$LATEST', ...properties },
});
const alias = {
  Type: 'AWS::Lambda::Alias',
  Properties: { FunctionName: { Ref: 'F' }, FunctionVersion: '1', Name: 'live' },
};
const faults = (resources: Template['Resources']) =>
  faultsOf(stackOf({ Resources: { F: inlineFunction, Live: alias, ...resources } }));

describe('A configuration of invocations', () => {
  it('may be there for a function and for each of its aliases, once', () => {
    const both = { C: config(), OfLive: config({ Qualifier: 'live' }) };
    expect(faults(both)).toEqual([]);
    expect(faults({ ...both, Again: config({ Qualifier: 'live' }) })).toEqual([
      'App/Again, AWS::Lambda::EventInvokeConfig: there is already a configuration of invocations of App-F:live in the assembly',
    ]);
  });

  it('names a version or an alias that is there', () => {
    expect(faults({ C: config({ Qualifier: 'beta' }) })).toEqual([
      'App/C, AWS::Lambda::EventInvokeConfig, property Qualifier: there is no version or alias of the function App-F with the name beta in the assembly',
    ]);
  });

  it('hands records to what is there and takes them', () => {
    const told = (service: string, resource: string) => {
      const Destination = `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
      return faults({ C: config({ DestinationConfig: { OnFailure: { Destination } } }) });
    };
    expect(told('events', 'event-bus/default')).toEqual([]);
    expect(told('events', 'event-bus/nowhere')).toEqual([
      'App/C, AWS::Lambda::EventInvokeConfig, property DestinationConfig.OnFailure: there is no queue, function, standard topic or event bus arn:aws:events:eu-west-1:000000000000:event-bus/nowhere in the assembly',
    ]);
  });
});
