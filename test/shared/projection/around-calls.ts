/** What tests put between a port and who calls it. */

/** The port with something done around each call; `proceed` makes the call. */
export function aroundCalls<Port extends object>(
  port: Port,
  act: (call: keyof Port, proceed: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const call = name as keyof Port; // every member of a port is a method
      const method = target[call] as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => act(call, () => method(...args), args);
    },
  });
}

/** The port with the name of every call in `calls`. */
export const noting = <Port extends object>(port: Port, calls: string[]): Port =>
  notingWhole(port, (call) => void calls.push(String(call)));

/** The port with every call told before it is made. */
export const notingWhole = <Port extends object>(
  port: Port,
  note: (call: keyof Port, args: readonly unknown[]) => void,
): Port =>
  aroundCalls(port, (call, proceed, args) => {
    note(call, args);
    return proceed();
  });
