/** A call to a service that does not run here stays on the machine and tells the caller which one it was. */
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { absentCall, refusal } from '../../../../infra/local/services/absent-answer.ts';
import { createAbsentApi } from '../../../../infra/local/services/absent-api.ts';

const lines: string[] = [];
const server = createAbsentApi((level, source, line) => lines.push(`${level} ${source} ${line}`));
let endpoint = '';
beforeAll(async () => {
  ({ url: endpoint } = await server.listen(0));
});
afterEach(() => void lines.splice(0));
afterAll(() => server.stop());

const signedFor = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const form = 'application/x-www-form-urlencoded; charset=utf-8';

describe('The SDK', () => {
  const settings = () => ({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  it('throws an error with the name of service and operation, after one try, in JSON', async () => {
    const client = new DynamoDBClient(settings());
    await expect(client.send(new ListTablesCommand())).rejects.toMatchObject({
      name: 'ServiceDoesNotRunHere',
      message:
        'The service dynamodb runs here at another address, the one in AWS_ENDPOINT_URL_DYNAMODB: ListTables is refused.',
      $metadata: { attempts: 1 },
    });
    client.destroy();
  });

  it('throws it in a REST interface, where the operation is method and path', async () => {
    const client = new LambdaClient(settings());
    await expect(client.send(new GetFunctionCommand({ FunctionName: 'f' }))).rejects.toMatchObject({
      name: 'ServiceDoesNotRunHere',
      message: expect.stringContaining('GET /2015-03-31/functions/f is refused.'),
    });
    expect(lines).toEqual([expect.stringMatching(/^warn local The service lambda runs here .* is refused\.$/)]);
    client.destroy();
  });
});

describe('A refusal', () => {
  const call = async (headers: Record<string, string>, body: string, path = '/') => {
    const answer = await fetch(`${endpoint}${path}`, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };

  it('is in the form of the query protocol for a form with an action', async () => {
    const body = 'Action=AssumeRole&Version=2011-06-15';
    const { status, text } = await call({ authorization: signedFor('sts'), 'content-type': form }, body);
    expect(status).toBe(501);
    expect(text).toContain(
      '<ErrorResponse><Error><Type>Sender</Type><Code>ServiceDoesNotRunHere</Code>' +
        '<Message>The service sts does not run here: AssumeRole is refused.</Message>',
    );
    expect(lines).toEqual(['warn local The service sts does not run here: AssumeRole is refused.']);
  });

  it('is bare XML for S3, with what XML does not take escaped', async () => {
    const { text } = await call({ authorization: signedFor('s3') }, '', '/a<b>&c');
    expect(text).toContain('<Error><Code>ServiceDoesNotRunHere</Code>');
    expect(text).not.toContain('&c ');
  });

  it('answers what is longer than anyone reads', async () => {
    const headers = { authorization: signedFor('s3'), 'content-type': 'application/octet-stream' };
    expect((await call(headers, 'x'.repeat(1_000_000), '/bucket/key')).status).toBe(501);
  });

  it('names the service of an unsigned call by what the SDK says of itself', () => {
    const agent = { 'user-agent': 'aws-sdk-js/3.1162.0 ua/2.1 os/linux lang/js api/cognito-idp#3.1162.0' };
    expect(
      absentCall('POST', '/', { ...agent, 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp' }, ''),
    ).toEqual({ service: 'cognito-idp', operation: 'SignUp', protocol: 'json' });
    expect(absentCall('GET', '/', {}, '')).toMatchObject({ service: 'unknown', operation: 'GET /' });
  });

  it('is CBOR where that is spoken, and the form of EC2 for EC2', () => {
    const cbor = { authorization: signedFor('monitoring'), 'smithy-protocol': 'rpc-v2-cbor' };
    const path = '/service/GraniteServiceVersion20100801/operation/PutMetricData';
    expect(absentCall('POST', path, cbor, '')).toEqual({
      service: 'monitoring',
      operation: 'PutMetricData',
      protocol: 'cbor',
    });
    expect(refusal('cbor', 'no').body).toEqual(
      Buffer.concat([
        Buffer.from([0xa2, 0x79, 0, 6]),
        Buffer.from('__type'),
        Buffer.from([0x79, 0, 21]),
        Buffer.from('ServiceDoesNotRunHere'),
        Buffer.from([0x79, 0, 7]),
        Buffer.from('message'),
        Buffer.from([0x79, 0, 2]),
        Buffer.from('no'),
      ]),
    );
    const ec2 = { authorization: signedFor('ec2'), 'content-type': form };
    expect(absentCall('POST', '/', ec2, 'Action=DescribeVpcs').protocol).toBe('ec2');
  });
});
