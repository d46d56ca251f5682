/** The port of everything that a front end may call: the same in every run, so that it can keep its address. */
import type { CloudAssembly } from './assembly/cloud-assembly.ts';
import { freePort, type PortSetting } from './loopback.ts';
import { shortId } from './place.ts';
import type { Template, TemplateResource } from './template/template.ts';

/** Something of a template that gets a port of its own. */
export type Listener = { readonly id: string; readonly name: string };

/** One that answers. */
export type Listening = Listener & { readonly url: string };

/** The addresses by name; what shares its name with another is under `<name>/<id>`. */
export function urlsByName(listening: readonly Listening[]): Readonly<Record<string, string>> {
  const shared = (name: string) => listening.filter((other) => other.name === name).length > 1;
  return Object.fromEntries(listening.map(({ id, name, url }) => [shared(name) ? `${name}/${id}` : name, url]));
}

export type FixedPort = Listener & { readonly port: number; readonly setting: PortSetting };

export type WantedPorts = {
  /** Of the first listener; those after it count up. 0 takes free ones. */
  readonly first: number;
  /** By what follows `PORT_` in the name of the setting. */
  readonly named?: Readonly<Record<string, number>> | undefined;
  /** What something else listens on. */
  readonly taken: readonly number[];
};

/**
 * By id, in the order given. `PORT_<name>`, in capitals and with `_` for what is no letter or digit, gives a listener another one.
 * Throws one line that names the setting when a port is taken.
 */
export async function fixedPorts(
  listeners: readonly Listener[],
  wanted: WantedPorts,
): Promise<ReadonlyMap<string, FixedPort>> {
  const ports = new Map<string, FixedPort>();
  const taken = new Set([...wanted.taken, ...Object.values(wanted.named ?? {})]);
  let next = wanted.first;
  for (const [index, { id, name }] of listeners.entries()) {
    const own = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    const given = wanted.named?.[own];
    const setting: PortSetting = index === 0 && given === undefined ? 'PORT' : `PORT_${own}`;
    if (given === undefined && next !== 0) while (taken.has(next)) next += 1;
    const port = await freePort(given ?? next, setting);
    taken.add(port);
    ports.set(id, { id, name, port, setting });
  }
  return ports;
}

/**
 * The resources of a type, also those that a condition leaves out, in the order of the templates. `nameOf` reads the properties as they are
 * written; where it finds no name, that is the logical id.
 */
export function listenersOf(
  { stacks }: CloudAssembly,
  type: string,
  nameOf: (properties: NonNullable<TemplateResource['Properties']>, template: Template) => string | undefined,
): Listener[] {
  return stacks.flatMap(({ name: stack, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId, { Properties = {} }]) => ({
        id: shortId({ stack, logicalId }),
        name: nameOf(Properties, template) ?? logicalId,
      })),
  );
}
