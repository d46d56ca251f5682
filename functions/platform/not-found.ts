/** Lambda: the `$default` route, so that an unknown route too is a problem document. */
import middy from '@middy/core';
import { type HttpEvent, type HttpResult, notFound, problems } from '#shared/http/index.ts';

export const handler = middy<HttpEvent, HttpResult>()
  .use(problems())
  .handler(async ({ requestContext, rawPath }) => notFound(`There is no ${requestContext.http.method} ${rawPath}.`));
