/**
 * Resources that only help a deployment, such as the function behind a custom resource without effect: nothing of them has to run
 * here, so they are neither looked at nor started.
 */
import { referencesIn } from '../template/dependency-order.ts';
import type { Template, TemplateResource } from '../template/template.ts';
import type { ResourceKinds } from './resource-kind.ts';

/**
 * Logical ids of what a custom resource without effect names as its `ServiceToken`, and of what only such a helper refers to; not
 * of what anything with an effect, or an output, refers to as well. Rights do not count: who may call a helper does not use it.
 */
export function deploymentOnly(template: Template, kinds: ResourceKinds): ReadonlySet<string> {
  const resources = new Map(Object.entries(template.Resources));
  const withEffect = ({ Type }: TemplateResource) =>
    !RIGHTS.test(Type) && (!kinds.has(Type) || kinds.get(Type)?.properties !== undefined);
  const outputs = new Set(referencesIn(Object.values(template.Outputs ?? {}).map(({ Value }) => Value)));
  const usersOf = (id: string) =>
    [...resources].filter(([user, { Properties }]) => user !== id && referencesIn(Properties).includes(id));

  const helpers = new Set<string>();
  const isHelper = (id: string) => {
    const users = usersOf(id);
    const asked = users.some(([user, each]) => helpers.has(user) || (!withEffect(each) && isProvider(each, id)));
    return asked && !outputs.has(id) && users.every(([user, each]) => helpers.has(user) || !withEffect(each));
  };
  for (let before = -1; before < helpers.size; ) {
    before = helpers.size;
    for (const [id, { Type }] of resources) {
      if (Type === FUNCTION && isHelper(id)) helpers.add(id);
    }
  }
  return helpers;
}

const FUNCTION = 'AWS::Lambda::Function';
const RIGHTS = /^AWS::(?:IAM::|Lambda::Permission$)/;

function isProvider({ Properties }: TemplateResource, id: string): boolean {
  return referencesIn(Properties?.ServiceToken).includes(id);
}
