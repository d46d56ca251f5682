/** What is deployed: all stacks, synthesized. What a deployment was told wrongly is told in a line each, and no assembly is written. */
import { App } from 'aws-cdk-lib';
import { DeploymentFaults } from './deployment-faults.ts';
import { addAllStacks } from './stacks/all-stacks.ts';

// By itself an app is synthesized as its process ends, also after a fault.
const app = new App({ autoSynth: false });
try {
  addAllStacks(app);
  app.synth();
} catch (error) {
  if (!(error instanceof DeploymentFaults)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
