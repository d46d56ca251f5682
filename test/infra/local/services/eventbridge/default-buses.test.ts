/** The stacks of several accounts and regions each have a default bus of their own. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, it, vi } from 'vitest';
import { createCleanup } from '../../../../../infra/local/engine/boot/cleanup.ts';
import type { Directory } from '../../../../../infra/local/services/destinations.ts';
import { startBuses } from '../../../../../infra/local/services/eventbridge/event-bus.resource.ts';
import type { LocalEventBus } from '../../../../../infra/local/services/eventbridge/event-bus.ts';
import { createEventBridgeServer } from '../../../../../infra/local/services/eventbridge/eventbridge-api.ts';
import { startRules } from '../../../../../infra/local/services/eventbridge/start-rules.ts';
import { startQueues } from '../../../../../infra/local/services/sqs/queue.resource.ts';
import { planned, stackOf } from '../../engine/boot/planned.ts';
import { recordedLog } from './bus-fixtures.ts';

const cleanup = createCleanup();
afterEach(() => cleanup.run());

/** A queue that wants every event of its own account and region. */
const Resources = {
  Seen: { Type: 'AWS::SQS::Queue' },
  All: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { account: [{ Ref: 'AWS::AccountId' }], region: [{ Ref: 'AWS::Region' }] },
      Targets: [{ Id: 'seen', Arn: { 'Fn::GetAtt': ['Seen', 'Arn'] } }],
    },
  },
};

it('An event goes to the default bus of the region that its sender works in, and carries where that is', async () => {
  const { log } = recordedLog();
  const parts = planned([
    { ...stackOf({ Resources }, 'Ireland'), account: '111122223333' },
    { ...stackOf({ Resources }, 'Oregon'), account: '444455556666', region: 'us-west-2' },
  ]);
  const directory: Directory = { functions: new Map(), queues: new Map(), topics: new Map() };
  const buses = new Map<string, LocalEventBus>();
  startQueues(parts, directory, cleanup);
  startBuses(parts, buses, cleanup, log);
  startRules(parts, buses, directory, log);
  const server = createEventBridgeServer({ buses, log });
  cleanup.add(() => server.stop());
  const { url: endpoint } = await server.listen(0);

  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  for (const region of ['us-west-2', 'eu-west-1', 'ap-south-1']) {
    const client = new EventBridgeClient({ endpoint, region, credentials });
    await client.send(new PutEventsCommand({ Entries: [{ Source: region, DetailType: 'Sent', Detail: '{}' }] }));
    client.destroy();
  }
  const seen = await vi.waitFor(async () => {
    const [ireland, oregon] = [...directory.queues.values()];
    expect([ireland?.counts().visible, oregon?.counts().visible]).toEqual([2, 1]);
    const messages = await Promise.all([ireland, oregon].map((queue) => queue?.receive({ max: 10, waitMs: 0 })));
    return messages.flatMap((each) => each?.map(({ body }) => JSON.parse(body)) ?? []);
  });
  const ireland = { account: '111122223333', region: 'eu-west-1' };
  expect(seen).toMatchObject([
    { source: 'eu-west-1', ...ireland },
    { source: 'ap-south-1', ...ireland },
    { source: 'us-west-2', account: '444455556666', region: 'us-west-2' },
  ]);
  expect(buses.size).toBe(2);
});
