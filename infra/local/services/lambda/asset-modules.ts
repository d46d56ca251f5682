/**
 * The code of a function finds what is in its asset, what Node has, and the AWS SDK. On this machine the asset lies inside a project
 * whose packages Node would find above it; deployed it is alone, so they are not there for it.
 */
import { realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OF_THE_RUNTIME } from './runtime-sdk.ts';

/**
 * For all modules of this thread from here on, required or imported: what a file of the folder asks for and is outside of it is not
 * found, in the words of Node. What the SDK itself asks for is its own affair.
 */
export function keepToAsset(codeFolder: string): void {
  const inside = realpathSync(codeFolder) + sep;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const asking = fileOf(context.parentURL);
      const found = fileOf(resolved.url);
      if (found === undefined || found.startsWith(inside) || OF_THE_RUNTIME.test(specifier)) return resolved;
      if (asking === undefined || !asking.startsWith(inside)) return resolved;
      throw notFound(specifier, asking, found, context.conditions.includes('require'));
    },
  });
}

/** Undefined for what is built in, or is no file. */
function fileOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined;
}

/** Only the log shows the cause. */
function notFound(specifier: string, asking: string, found: string, required: boolean): Error {
  const cause =
    `${found} is not in the asset, where it would have to be on Lambda: ` +
    'bundle it (NodejsFunction), or put it into the folder of the code.';
  const [code, message] = required
    ? ['MODULE_NOT_FOUND', `Cannot find module '${specifier}'\nRequire stack:\n- ${asking}`]
    : ['ERR_MODULE_NOT_FOUND', `Cannot find package '${specifier}' imported from ${asking}`];
  return Object.assign(new Error(message, { cause }), { code });
}
