/**
 * The code of a function finds what is in its asset, what Node has, and the AWS SDK. On this machine the asset lies inside a project
 * whose packages Node would find above it; deployed it is alone, so they are not there for it.
 */
import { realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OF_THE_RUNTIME } from './runtime-sdk.ts';

/**
 * For all modules of this thread from here on, required or imported: what a file of the folder asks for and is outside of it is not
 * found, in the words of Node. What the SDK itself asks for is its own affair, and what a function has written to the folder for
 * temporary files it finds by its path, as on Lambda.
 */
export function keepToAsset(codeFolder: string): void {
  const inside = realpathSync(codeFolder) + sep;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const asking = fileOf(context.parentURL);
      const found = fileOf(resolved.url);
      if (found === undefined || found.startsWith(inside) || OF_THE_RUNTIME.test(specifier)) return resolved;
      if (asking === undefined || !asking.startsWith(inside) || isTemporary(specifier)) return resolved;
      throw notFound(specifier, asking, found, context.conditions.includes('require'));
    },
  });
}

/** Undefined for what is built in, or is no file. */
function fileOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined;
}

const TEMPORARY = ['/tmp', tmpdir()].map((folder) => folder + sep);

function isTemporary(specifier: string): boolean {
  const path = fileOf(specifier) ?? specifier;
  return isAbsolute(path) && TEMPORARY.some((folder) => path.startsWith(folder));
}

/** Only the log shows the cause. */
function notFound(specifier: string, asking: string, found: string, required: boolean): Error {
  const cause =
    `${found} is not in the asset, where it would have to be on Lambda: ` +
    (/^aws-sdk(\/|$)/.test(specifier)
      ? 'no runtime has version 2 of the AWS SDK, and it would go to AWS from here: use version 3 (@aws-sdk/client-...).'
      : 'bundle it (NodejsFunction), or put it into the folder of the code.');
  const [code, message] = required
    ? ['MODULE_NOT_FOUND', `Cannot find module '${specifier}'\nRequire stack:\n- ${asking}`]
    : ['ERR_MODULE_NOT_FOUND', `Cannot find package '${specifier}' imported from ${asking}`];
  return Object.assign(new Error(message, { cause }), { code });
}
