/** `GET /up`, for everybody: that a function answers behind the gateway, and nothing about what is behind it. */
import { endpoint } from '#shared/edge/http/index.ts';

export const handler = endpoint().handler(async () => ({ statusCode: 204, headers: {}, body: '' }));
