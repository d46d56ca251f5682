/** `AWS::Lambda::Version` and `AWS::Lambda::Alias`: other names of a function. A laptop has one code of each function, which is version 1. */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { arn, type Place } from '../../engine/place.ts';
import { LATEST, plainFunctionName } from './lambda-function.ts';

/** `version` is the number behind the name, which is the name itself for a version. */
type Qualifier = { readonly functionName: string; readonly name: string; readonly version: string };
export type VersionPart = Part & Qualifier & { readonly kind: 'version' };
export type AliasPart = Part & Qualifier & { readonly kind: 'alias' };

const ONLY_VERSION = '1';

const versionProperties = z.strictObject({
  FunctionName: text,
  CodeSha256: noEffect,
  Description: noEffect,
  ProvisionedConcurrencyConfig: noEffect,
  RuntimePolicy: noEffect,
});

const aliasProperties = z.strictObject({
  FunctionName: text,
  FunctionVersion: text.default(ONLY_VERSION),
  Name: text,
  Description: noEffect,
  ProvisionedConcurrencyConfig: noEffect,
});

function qualified(place: Place, functionName: string, qualifier: string): string {
  return arn(place, 'lambda', `function:${functionName}:${qualifier}`);
}

export const qualifierKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Version': runs(versionProperties, ({ FunctionName }, place) => {
    const functionName = plainFunctionName(FunctionName);
    const part: VersionPart = { kind: 'version', place, functionName, name: ONLY_VERSION, version: ONLY_VERSION };
    const ref = qualified(place, functionName, ONLY_VERSION);
    return { values: { ref, attributes: { Version: ONLY_VERSION, FunctionArn: ref } }, part };
  }),
  'AWS::Lambda::Alias': runs(aliasProperties, ({ FunctionName, FunctionVersion, Name }, place) => {
    const functionName = plainFunctionName(FunctionName);
    const part: AliasPart = { kind: 'alias', place, functionName, name: Name, version: FunctionVersion };
    const ref = qualified(place, functionName, Name);
    return { values: { ref, attributes: { AliasArn: ref } }, part };
  }),
};

/** The versions behind the names of a function's versions and aliases. */
export function qualifiersOf(parts: readonly Part[], functionName: string): ReadonlyMap<string, string> {
  const all = [...partsOf<VersionPart>(parts, 'version'), ...partsOf<AliasPart>(parts, 'alias')];
  return new Map(all.filter((each) => each.functionName === functionName).map(({ name, version }) => [name, version]));
}

/** True without a qualifier too, which is the function itself. */
export function hasQualifier(parts: readonly Part[], functionName: string, qualifier = LATEST): boolean {
  return qualifier === LATEST || qualifiersOf(parts, functionName).has(qualifier);
}
