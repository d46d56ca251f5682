/** What the values of a template are worked out against. */

/** What a resource of the template is called from elsewhere: `Ref` and the attributes of `Fn::GetAtt`. */
export type ResourceValues = {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of one that is not there on purpose: any attribute has a value. */
  readonly otherAttribute?: (name: string) => string;
};

/** Everything that a value of one stack can refer to. Looking up throws {@link Unresolved} when there is nothing. */
export type Scope = {
  readonly region: string;
  /** Parameters and pseudo parameters; `AWS::NoValue` is not among them, and an {@link Unresolved} stands for one without a value. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  resource(logicalId: string): ResourceValues;
  importValue(name: string): unknown;
  stackOutput(stack: string, output: string): unknown;
};

/** A value that cannot be worked out; the message says why. */
export class Unresolved extends Error {}

/** What it refers to has a fault that was told already, so that this one says nothing new. */
export class AlreadyTold extends Unresolved {}
