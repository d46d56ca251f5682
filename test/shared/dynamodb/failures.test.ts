/** What a later try may cure is told as such; everything else stays what it is. */
import { describe, expect, it } from 'vitest';
import { orUnavailable } from '#shared/dynamodb/index.ts';

const UNAVAILABLE = { name: 'KitError', code: 'store-unavailable', retryable: true };

const named = (name: string) => Object.assign(new Error('on purpose'), { name });
const coded = (code: unknown) => Object.assign(new Error('on purpose'), { code });
const answered = (httpStatusCode: number) => Object.assign(new Error('on purpose'), { $metadata: { httpStatusCode } });

const failing = (error: unknown) =>
  orUnavailable(async () => {
    throw error;
  });

describe('A request that fails is worth another try', () => {
  it.each([
    'AbortError',
    'InternalServerError',
    'LimitExceededException',
    'ProvisionedThroughputExceeded',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestTimeout',
    'ResourceNotFoundException',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'Throttling',
    'ThrottlingError',
    'ThrottlingException',
    'TimeoutError',
    'TransactionInProgressException',
  ])('when the service says %s', async (name) => {
    const error = named(name);
    await expect(failing(error)).rejects.toMatchObject({ ...UNAVAILABLE, cause: error });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'EPIPE'])('when the network says %s', async (code) => {
    await expect(failing(coded(code))).rejects.toMatchObject(UNAVAILABLE);
  });

  it.each([500, 503])('when the answer is %i', async (status) => {
    await expect(failing(answered(status))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('when one of several addresses may answer later', async () => {
    const error = new AggregateError([coded('ERR_INVALID_URL'), coded('ECONNREFUSED')]);
    await expect(failing(error)).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe('A request that fails stays as it is', () => {
  it.each([
    ['when the service refuses it', named('ValidationException')],
    ['when the code is one of Node itself', coded('ERR_INVALID_URL')],
    ['when the code only begins as one of the network', coded('ECONNREFUSED, perhaps')],
    ['when the code only ends as one of the network', coded('not ECONNREFUSED')],
    ['when the code is a number', coded(7)],
    ['when the answer is 499', answered(499)],
    ['when there are several errors and none may pass', new AggregateError([coded('ERR_INVALID_URL')])],
    ['when errors are no failure of several addresses', Object.assign(named('Odd'), { errors: [coded('EPIPE')] })],
    ['when what is thrown is no error', { name: 'TimeoutError' }],
  ])('%s', async (_, error) => {
    await expect(failing(error)).rejects.toBe(error);
  });
});
