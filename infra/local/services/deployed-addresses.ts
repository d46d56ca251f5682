/**
 * A template may join the address of an HTTP API or of a function URL from its id and a literal host. What such an address leads to when
 * deployed answers here under another one.
 */

const DEPLOYED =
  /https:\/\/([a-z0-9]+)\.(?:execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|lambda-url\.[a-z0-9-]+\.on\.aws)(?::443)?(?![\w-]|\.\w)/gi;

/** A scheme that the template puts before the host of an address that it was given. */
const SECURE_LOCAL = /https:\/\/127\.0\.0\.1:(\d+)(?!\d)/g;

/**
 * The text with the address of everything in `urls`, which has local addresses by id, in place of the deployed one; paths after it,
 * such as the name of a stage, stay. Other hosts are left alone.
 */
export function withLocalAddresses(text: string, urls: ReadonlyMap<string, string>): string {
  if (!text.includes('https://')) return text;
  const local = new Set(urls.values());
  return text
    .replace(DEPLOYED, (whole, id: string) => urls.get(id.toLowerCase()) ?? whole)
    .replace(SECURE_LOCAL, (whole, port: string) => {
      const plain = `http://127.0.0.1:${port}`;
      return local.has(plain) ? plain : whole;
    });
}
