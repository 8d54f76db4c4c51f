import * as http from 'node:http';
import * as https from 'node:https';

/** A page to fetch. */
export interface PageRequest {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly hostHeader: string;
  readonly agent: http.Agent;
  readonly maxBytes: number;
  /** Ends the request; its reason is what the promise rejects with. */
  readonly signal: AbortSignal;
}

class StaleConnectionError extends Error {}

const HEADERS = { accept: 'text/plain; version=0.0.4', 'user-agent': 'inference-endpoint-picker' };

/**
 * Fetches a page as bytes. Rejects for any other status than 200 and for a page that is too long. A kept connection
 * that the server had closed is no failure: the page is asked for again over a new one.
 */
export async function fetchPage(page: PageRequest): Promise<Buffer> {
  try {
    return await attempt(page);
  } catch (error) {
    if (page.signal.aborted) throw page.signal.reason;
    if (error instanceof StaleConnectionError) return attempt(page);
    throw error;
  }
}

function attempt(page: PageRequest): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { scheme, host, port, path, agent, signal } = page;
    const headers = { ...HEADERS, host: page.hostHeader };
    const request = (scheme === 'https' ? https : http).request({ host, port, path, agent, headers, signal });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(stale ? new StaleConnectionError(error.message) : error);
    });
    request.on('response', (response) => {
      collect(response, page.maxBytes, resolve, reject);
    });
    request.end();
  });
}

function collect(
  response: http.IncomingMessage,
  maxBytes: number,
  resolve: (page: Buffer) => void,
  reject: (error: Error) => void,
): void {
  response.on('error', reject);
  if (response.statusCode !== 200) {
    // Reading the rest keeps the connection; an endless rest ends with the request's signal.
    response.resume().on('end', () => {
      reject(new Error(`status ${response.statusCode ?? 0}`));
    });
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxBytes) response.destroy(new Error(`the page is longer than ${maxBytes} bytes`));
  });
  response.on('end', () => {
    const [only] = chunks;
    resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
  });
}
