/** The `$default` route, so that an unknown route too is answered with a problem document. */
import { endpoint, notFound } from '#shared/edge/http/index.ts';

export const handler = endpoint().handler(async ({ requestContext, rawPath }) =>
  notFound(`There is no ${requestContext.http.method} ${rawPath}.`),
);
