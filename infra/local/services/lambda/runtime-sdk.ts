/**
 * The AWS SDK that Lambda's Node.js runtime brings along: a bundle that leaves `@aws-sdk/*` and `@smithy/*` out finds the local
 * cloud's own, whether it requires or imports them. What the bundle or a folder above it has comes first.
 */
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

export const OF_THE_RUNTIME = /^@(?:aws-sdk|smithy)\//;
const NOT_FOUND = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/** For all modules of this thread from here on. `from` is a file whose packages stand for the runtime's. */
export function bringRuntimeSdk(from: string): void {
  const ours = createRequire(from);
  registerHooks({
    resolve(specifier, context, next) {
      if (!OF_THE_RUNTIME.test(specifier)) return next(specifier, context);
      try {
        return next(specifier, context);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && NOT_FOUND.has(String(error.code)))) throw error;
        return { url: found(ours, specifier), shortCircuit: true };
      }
    },
  });
}

function found(ours: NodeJS.Require, specifier: string): string {
  try {
    return pathToFileURL(ours.resolve(specifier)).href;
  } catch (cause) {
    const name = specifier.split('/').slice(0, 2).join('/');
    throw new Error(
      `Cannot find package '${name}': the local cloud brings only the clients of the services that run here. ` +
        'Bundle it, or install it beside the synthesized app.',
      { cause },
    );
  }
}
