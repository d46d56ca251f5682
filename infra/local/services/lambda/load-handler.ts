/** The handler that the template names is found in its asset and loaded as Lambda would. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: unknown, callback?: unknown) => unknown;

/** The order in which Lambda's runtime looks for the module. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

/**
 * Imports the module and gives the function that `index.handler` (or `folder/index.part.handler`) names.
 *
 * Throws an error whose `name` is the one Lambda reports: `Runtime.MalformedHandlerName`, `Runtime.ImportModuleError`,
 * `Runtime.UserCodeSyntaxError`, `Runtime.HandlerNotFound`.
 */
export async function loadHandler(codeFolder: string, handler: string): Promise<Handler> {
  const [, moduleName, exportName] = /^([^.]+)\.(.+)$/.exec(basename(handler)) ?? [];
  if (moduleName === undefined || exportName === undefined) {
    throw named(
      'Runtime.MalformedHandlerName',
      `"${handler}" is not of the form module.export, such as index.handler.`,
    );
  }
  const root = realpathSync(codeFolder);
  const stem = join(root, dirname(handler), moduleName);
  const file = EXTENSIONS.map((extension) => stem + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw named(
      'Runtime.ImportModuleError',
      `Cannot find module '${moduleName}' (.js, .mjs or .cjs) in ${codeFolder}.`,
    );
  }
  const found = exportName
    .split('.')
    .reduce<unknown>((holder, name) => Reflect.get(Object(holder), name), await load(root, file));
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported.`);
  }
  // Whatever is callable can be called with three arguments; what it makes of them is the function's affair.
  return found as Handler;
}

async function load(root: string, file: string): Promise<unknown> {
  try {
    if (!isPlainJs(root, file)) return await import(pathToFileURL(file).href);
    return requireAsIfAlone(root, file);
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const type = cause instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : 'Runtime.ImportModuleError';
    throw named(type, reason, cause);
  }
}

/** A `.js` file of an asset without `package.json`: CommonJS on Lambda, whatever a folder above says here. */
function isPlainJs(root: string, file: string): boolean {
  const described = findPackageJSON(pathToFileURL(file).href)?.startsWith(root + sep);
  return file.endsWith('.js') && file.startsWith(root + sep) && !described;
}

function requireAsIfAlone(root: string, file: string): unknown {
  const require = createRequire(file);
  const usual = require.extensions['.js'];
  require.extensions['.js'] = (module, name) => {
    if (!isPlainJs(root, name)) return usual?.(module, name);
    // The loader's own modules have `_compile`, which the public type leaves out.
    const own = module as unknown as { _compile(code: string, name: string, format: 'commonjs'): void };
    own._compile(readFileSync(name, 'utf8'), name, 'commonjs');
  };
  return require(file);
}

function named(name: string, message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = name;
  return error;
}
