/** Lambda: what is said of an unknown route? The `$default` route, so that this too is a problem document. */
import { endpoint, notFound } from '#shared/edge/http/index.ts';

export const handler = endpoint().handler(async ({ requestContext, rawPath }) =>
  notFound(`There is no ${requestContext.http.method} ${rawPath}.`),
);
