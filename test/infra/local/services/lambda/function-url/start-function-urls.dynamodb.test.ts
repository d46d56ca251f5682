/** An app with the function URLs of CDK, for a function and for its alias, is called as its front end would call it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import {
  Code,
  FunctionUrlAuthType,
  HttpMethod,
  InvokeMode,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { anyFreePort } from '../../../../../../infra/local/engine/loopback.ts';
import { greeting } from '../../../../../../infra/local/greeting.ts';
import { type LocalCloud, startLocalCloud } from '../../../../../../infra/local/start.ts';
import { ownFolder } from '../../../written-assembly.ts';
import { recordedLog } from '../mappings/plain-functions.ts';

/** Answers with the event and the id of its invocation, or does what the request asks for. */
const CODE = `
exports.handler = async (event, { awsRequestId }) => {
  const ask = (event.queryStringParameters ?? {}).do;
  if (ask === 'throw') throw new Error('secret detail');
  if (ask === 'exit') process.exit(1);
  if (ask === 'hang') await new Promise(() => setInterval(() => {}, 1000));
  if (ask === 'grow') return { statusCode: 200, body: 'x'.repeat(7 * 1024 * 1024) };
  if (ask === 'bytes') return { statusCode: 200, body: event.body, isBase64Encoded: event.isBase64Encoded };
  return { ...event, awsRequestId };
};`;

function appWith(build: (stack: Stack, echo: LambdaFunction) => void): string {
  const outdir = join(ownFolder(), 'cdk.out');
  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop');
  const echo = new LambdaFunction(stack, 'Echo', {
    functionName: 'echo',
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(CODE),
    timeout: Duration.seconds(1),
  });
  build(stack, echo);
  app.synth();
  return outdir;
}

const dynamodbEndpoint = inject('dynamodbEndpoint');
const refused = (assembly: string) => startLocalCloud({ assembly, port: 0, dynamodbEndpoint, log: () => {} });

const { log, lines } = recordedLog();
const outputsFile = join(ownFolder(), 'outputs.json');
const steps: string[] = [];
let port: number;
let cloud: LocalCloud;
let open: string;
let signed: string;
beforeAll(async () => {
  const assembly = appWith((stack, echo) => {
    const front = echo.addFunctionUrl({
      authType: FunctionUrlAuthType.NONE,
      cors: { allowedOrigins: ['https://shop.example'], allowedMethods: [HttpMethod.ALL], maxAge: Duration.minutes(1) },
    });
    const staff = echo.addAlias('live').addFunctionUrl({ invokeMode: InvokeMode.BUFFERED });
    staff.grantInvokeUrl(new Role(stack, 'Staff', { assumedBy: new AccountRootPrincipal() }));
    const busy = new LambdaFunction(stack, 'Busy', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(CODE),
      reservedConcurrentExecutions: 0,
    });
    busy.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    new HttpApi(stack, 'Api', { apiName: 'api', defaultIntegration: new HttpLambdaIntegration('Any', echo) });
    new CfnOutput(stack, 'FrontUrl', { value: front.url });
    new CfnOutput(stack, 'StaffUrl', { value: staff.url });
  });
  port = await anyFreePort();
  cloud = await startLocalCloud({
    assembly,
    port,
    dynamodbEndpoint,
    outputsFile,
    log,
    progress: (step) => void steps.push(step),
  });
  open = String(cloud.outputs.Shop?.FrontUrl);
  signed = String(cloud.outputs.Shop?.StaffUrl);
});
afterAll(() => cloud?.stop());

describe('The addresses', () => {
  it('follow those of the HTTP APIs, end in a slash, and stand in outputs, file and greeting under the names of functions', async () => {
    expect([cloud.url, open, signed]).toEqual([
      `http://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}/`,
      `http://127.0.0.1:${port + 2}/`,
    ]);
    const busy = cloud.functionUrls[2];
    expect(busy?.name).toMatch(/^Busy[0-9A-F]{8}$/);
    const { endpoints, Shop } = JSON.parse(await readFile(outputsFile, 'utf8'));
    expect(endpoints.functionUrls).toEqual({ echo: open, 'echo:live': signed, [String(busy?.name)]: busy?.url });
    expect(Shop).toMatchObject({ FrontUrl: open, StaffUrl: signed });
    const told = greeting(cloud, false, 'log');
    expect(told).toMatch(new RegExp(`^echo +${open}$`, 'm'));
    expect(told).toMatch(new RegExp(`^echo:live +${signed}$`, 'm'));
    expect(told).toContain(`  ANY ${open}\n`);
    expect(steps.at(-1)).toMatch(/, 1 HTTP API, 3 function URLs$/);
  });
});

describe('A request', () => {
  it('comes to the function with its id, path, query and cookies', async () => {
    const response = await fetch(`${open}a%2Fb/c%20d?x=1&x=2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2' },
      body: '{"n":1}',
    });
    const { awsRequestId, ...event } = Object(await response.json());
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%2Fb/c%20d',
      rawQueryString: 'x=1&x=2',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2' },
      requestContext: { accountId: 'anonymous', stage: '$default', http: { method: 'POST', path: '/a/b/c d' } },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    const { apiId, domainName, requestId } = event.requestContext;
    expect(domainName).toBe(`${apiId}.lambda-url.eu-west-1.on.aws`);
    expect([awsRequestId, requestId]).toEqual([requestId, response.headers.get('x-amzn-requestid')]);
    for (const absent of ['pathParameters', 'stageVariables']) expect(event).not.toHaveProperty(absent);
  });

  it('to the URL of the alias acts as a user of the account', async () => {
    const response = await fetch(signed, { headers: { 'x-local-user': 'ann' } });
    const { requestContext } = Object(await response.json());
    expect(requestContext).toMatchObject({
      accountId: '000000000000',
      authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/ann' } },
    });
  });

  it('may carry bytes, and so may its answer', async () => {
    const body = Buffer.from([0, 255, 128, 10]);
    const response = await fetch(`${open}?do=bytes`, { method: 'PUT', body });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
  });

  it.each([
    ['throw', 502],
    ['exit', 502],
    ['hang', 502],
    ['grow', 502],
  ])('that makes the function %s gets %i and no details, and the next one is served', async (ask, status) => {
    const response = await fetch(`${open}?do=${ask}`);
    expect([response.status, await response.text()]).toEqual([status, 'Internal Server Error']);
    expect((await fetch(open)).status).toBe(200);
  });

  it('is throttled where no concurrency is left, and too large with an event over 6 MB', async () => {
    const throttled = await fetch(cloud.functionUrls[2]?.url ?? '');
    expect([throttled.status, await throttled.json()]).toEqual([429, { Message: 'Rate Exceeded.' }]);
    const large = await fetch(open, { method: 'POST', body: Buffer.alloc(5 * 1024 * 1024) });
    expect(large.status).toBe(413);
    expect(lines.filter((line) => line.includes('error echo: '))).toContainEqual(
      expect.stringContaining('echo failed: RequestEntityTooLargeException: '),
    );
  });

  it('of a browser is allowed by the URL before it is made', async () => {
    const preflight = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'PUT' };
      const response = await fetch(open, { method: 'OPTIONS', headers });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await preflight('https://shop.example')).toBe('https://shop.example');
    expect(await preflight('https://evil.example')).toBeNull();
  });
});

describe('An app is not started', () => {
  it('with a stream for an answer', async () => {
    const assembly = appWith((_, echo) => echo.addFunctionUrl({ invokeMode: InvokeMode.RESPONSE_STREAM }));
    await expect(refused(assembly)).rejects.toThrow(
      /\(Shop\/Echo\/FunctionUrl\/Resource\), AWS::Lambda::Url, property InvokeMode: RESPONSE_STREAM does not run locally/,
    );
  });

  it('with an open URL that nobody may call, unless rights are not checked', async () => {
    const assembly = appWith((stack, echo) => {
      const url = echo.addAlias('live').addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
      for (const { node } of stack.node.findAll().filter((each) => /^invoke-function/.test(each.node.id))) {
        node.scope?.node.tryRemoveChild(node.id);
      }
      new CfnOutput(stack, 'Url', { value: url.url });
    });
    await expect(refused(assembly)).rejects.toThrow(
      /AuthType: no policy lets everybody lambda:InvokeFunctionUrl on \S+:function:echo:live\n.*AuthType: no policy lets everybody lambda:InvokeFunction on \S+:function:echo:live; it takes a permission with InvokedViaFunctionUrl: true, .*\n.*--no-iam$/,
    );
    const unchecked = await startLocalCloud({ assembly, port: 0, dynamodbEndpoint, iam: false, log: () => {} });
    try {
      expect((await fetch(String(unchecked.outputs.Shop?.Url))).status).toBe(200);
    } finally {
      await unchecked.stop();
    }
  });

  it('when the port of a URL is taken, and the setting that changes it is named', async () => {
    const assembly = appWith((stack, echo) => {
      new HttpApi(stack, 'Api', { apiName: 'api', defaultIntegration: new HttpLambdaIntegration('Any', echo) });
      echo.addAlias('live').addFunctionUrl();
    });
    const taken = { ECHO_LIVE: Number(new URL(open).port) };
    const start = startLocalCloud({ assembly, port: 0, apiPorts: taken, dynamodbEndpoint, log: () => {} });
    await expect(start).rejects.toThrow(/^Port \d+ is in use\. .* PORT_ECHO_LIVE=\d+ npm start$/);
  });
});
