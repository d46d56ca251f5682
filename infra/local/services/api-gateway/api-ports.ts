/** The port of each HTTP API: the same in every run, so that a front end can keep its address. */
import type { CloudAssembly } from '../../engine/assembly/cloud-assembly.ts';
import { freePort, type PortSetting } from '../../engine/loopback.ts';
import { shortId } from '../../engine/place.ts';

export type ApiPort = { readonly port: number; readonly setting: PortSetting };

export type WantedPorts = {
  /** Of the first API; those after it count up. 0 takes free ones. */
  readonly first: number;
  /** By what follows `PORT_` in the name of the setting. */
  readonly named?: Readonly<Record<string, number>> | undefined;
  /** What something else listens on. */
  readonly taken: readonly number[];
};

/**
 * By id of the API, in the order of the templates. `PORT_<name>`, in capitals and with `_` for what is no letter or digit, gives an API
 * another one. Throws one line that names the setting when a port is taken.
 */
export async function apiPorts(assembly: CloudAssembly, wanted: WantedPorts): Promise<Map<string, ApiPort>> {
  const ports = new Map<string, ApiPort>();
  const taken = new Set([...wanted.taken, ...Object.values(wanted.named ?? {})]);
  let next = wanted.first;
  for (const [index, { id, name }] of apisOf(assembly).entries()) {
    const own = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    const setting: PortSetting = index === 0 ? 'PORT' : `PORT_${own}`;
    const given = wanted.named?.[own];
    if (given === undefined && next !== 0) while (taken.has(next)) next += 1;
    const port = await freePort(given ?? next, given === undefined ? setting : `PORT_${own}`);
    taken.add(port);
    ports.set(id, { port, setting: given === undefined ? setting : `PORT_${own}` });
  }
  return ports;
}

/** The HTTP APIs, also those that a condition leaves out. The name is the logical id where the template works it out. */
function apisOf({ stacks }: CloudAssembly): { readonly id: string; readonly name: string }[] {
  return stacks.flatMap(({ name: stack, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api')
      .map(([logicalId, { Properties }]) => {
        const name = Properties?.Name;
        return { id: shortId({ stack, logicalId }), name: typeof name === 'string' ? name : logicalId };
      }),
  );
}
