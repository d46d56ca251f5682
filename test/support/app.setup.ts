/**
 * The app of the journeys is synthesized once for a test run, and runs once as `npm start` runs it, with a
 * DynamoDB of its own. A journey that breaks something runs a copy of its own, from `assembly-copy.ts`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { createLocalLog } from '../../infra/local/engine/terminal/local-log.ts';
import { startLocalCloud } from '../../infra/local/start.ts';
import { featureFlags } from './feature-flags.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the synthesized app. */
    assembly: string;
    appUrl: string;
  }
}

const project = resolve(import.meta.dirname, '../..');

export default async function setup(run: TestProject): Promise<() => Promise<void>> {
  const assembly = await mkdtemp(join(tmpdir(), 'tributary-journeys-'));
  const removeAssembly = () => rm(assembly, { recursive: true, force: true });
  const { log } = createLocalLog(join(project, '.tributary', 'logs', 'journeys.log'), () => {});
  try {
    const cloud = await startLocalCloud({ assembly: () => synthesize(assembly), port: 0, log });
    run.provide('assembly', assembly);
    run.provide('appUrl', cloud.url);
    return async () => {
      await cloud.stop();
      await removeAssembly();
    };
  } catch (error) {
    await removeAssembly();
    throw error;
  }
}

/** As the CDK command line does it, but into a folder that no other run uses. */
async function synthesize(folder: string): Promise<string> {
  const env = { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(featureFlags()) };
  await promisify(execFile)(process.execPath, [join(project, 'infra', 'app.ts')], { cwd: project, env });
  return folder;
}
