/**
 * A path as an HTTP API decodes it: once before its route is selected, and once more for the function. So `%2F` cuts a segment in two,
 * what follows `%3F` is lost, and a lone `%25` is a bad request, as captured on the service in July 2026 (hotsock/voker,
 * vokerhttp/testdata/ingress-paths.json).
 */

/** The path by which a route is selected. Throws URIError for a percent sign that encodes nothing. */
export function routedPath(sent: string): string {
  return decodeURIComponent(sent).split('?')[0] ?? '';
}

/** The path that the function sees. Throws URIError as `routedPath`, also for what is left after the first decoding. */
export function deliveredPath(sent: string): string {
  return decodeURIComponent(routedPath(sent));
}
