/** A deployment was told something that it cannot be meant to do; the message has a line for each fault, and nothing is deployed. */
export class DeploymentFaults extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
