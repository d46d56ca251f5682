/** What is deployed: all stacks, synthesized. */
import { App } from 'aws-cdk-lib';
import { addAllStacks } from './stacks/all-stacks.ts';

const app = new App();
addAllStacks(app);
app.synth();
