/** A journey talks to the app as any client would, over HTTP; answers come back with their body parsed. */

export type Answer<Body> = { readonly status: number; readonly headers: Headers; readonly body: Body };

/** What a command is answered with, or a problem document. */
type CommandAnswer = {
  readonly stream: string;
  readonly version: number;
  readonly events: readonly { readonly id: string; readonly what: string; readonly version: number }[];
};

type SentHeaders = Readonly<Record<string, string>>;

export type HttpClient = {
  get<Body = Record<string, unknown>>(path: string, headers?: SentHeaders): Promise<Answer<Body>>;
  post<Body = CommandAnswer>(path: string, body: unknown, headers?: SentHeaders): Promise<Answer<Body>>;
  send<Body = Record<string, unknown>>(path: string, init: RequestInit): Promise<Answer<Body>>;
};

export function httpClient(url: string): HttpClient {
  async function send<Body>(path: string, init: RequestInit): Promise<Answer<Body>> {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const body = (text === '' ? undefined : JSON.parse(text)) as Body; // every body that the app answers with is JSON
    return { status: response.status, headers: response.headers, body };
  }
  return {
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  };
}
