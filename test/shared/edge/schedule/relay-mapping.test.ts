/** A relay whose mapping is off fails nowhere and measures nothing: only its state tells of it. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayMapping, relayStandstill } from '#shared/edge/schedule/relay-mapping.ts';
import { createLambdaApi } from '../../../../infra/local/services/lambda/lambda-api.ts';
import { stubAwsEnvironment } from '../../../support/aws-environment.ts';

describe('A relay stands still', () => {
  it.each(['Creating', 'Enabling', 'Enabled', 'Updating'])('not while its mapping is %s', (state) => {
    expect(relayStandstill({ id: 'one', state, reason: undefined })).toBeUndefined();
  });

  it.each(['Disabling', 'Disabled', 'anything else'])('while its mapping is %s, until somebody enables it', (state) => {
    const said = relayStandstill({ id: 'one', state, reason: 'USER_INITIATED' });
    expect(said).toContain(`is ${state} (USER_INITIATED)`);
    expect(said).toContain('aws lambda update-event-source-mapping --uuid one --enabled');
  });

  it('for no reason that is told, where Lambda tells none', () => {
    expect(relayStandstill({ id: 'one', state: 'Disabled', reason: undefined })).toMatch(
      /^The mapping one is Disabled: /,
    );
  });

  it.each(['Deleting', undefined])('when its mapping is %s, until the context is deployed again', (state) => {
    expect(relayStandstill({ id: 'one', state, reason: undefined })).toMatch(/one is gone.*[Dd]eploy/);
  });
});

describe('What Lambda says of a mapping', () => {
  const mapping = (id: string, enabled: boolean) => ({
    id,
    sourceArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/log/stream/now',
    functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:relay',
    batchSize: 100,
    enabled,
    live: () => enabled,
  });
  const mappings = new Map([mapping('on', true), mapping('off', false)].map((one) => [one.id, one] as const));
  const api = createLambdaApi({ functionNamed: () => undefined, mappings: () => mappings, log: () => {} });
  let client: LambdaClient;
  beforeAll(async () => {
    stubAwsEnvironment();
    client = new LambdaClient({ endpoint: (await api.listen(0)).url, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await api.stop();
  });

  it('is its state, with the reason', async () => {
    expect(await relayMapping(client, 'on')()).toMatchObject({ id: 'on', state: 'Enabled' });
    expect(await relayMapping(client, 'off')()).toEqual({ id: 'off', state: 'Disabled', reason: 'User action' });
  });

  it('is that there is none, without an error', async () => {
    expect(await relayMapping(client, 'lost')()).toEqual({ id: 'lost', state: undefined, reason: undefined });
  });

  it('is an error when Lambda does not answer', async () => {
    const away = new LambdaClient({ endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    await expect(relayMapping(away, 'on')()).rejects.toThrow();
  });
});
