import { type ClientRequest, type IncomingHttpHeaders, request as httpRequest } from 'node:http';

/** A request as a client sends it. */
export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** One piece goes with its length, several in chunks. */
  readonly body?: readonly (string | Buffer)[];
}

/** What a client got. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request that is under way. */
export interface UnderWay {
  readonly request: ClientRequest;
  /** What came of the answer's body. */
  readonly text: () => string;
  readonly answer: Promise<Got>;
}

/** Sends a request on a connection of its own. */
export function ask(port: number, asked: Asked): UnderWay {
  const { method = 'POST', path = '/v1/completions', headers = {}, body = [] } = asked;
  const length = body.length === 1 ? { 'content-length': String(Buffer.byteLength(body[0] ?? '')) } : {};
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { ...length, ...headers },
    agent: false,
  });
  let text = '';
  const answer = new Promise<Got>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
  });
  answer.catch(() => undefined);
  for (const piece of body) request.write(piece);
  request.end();
  return { request, text: () => text, answer };
}
