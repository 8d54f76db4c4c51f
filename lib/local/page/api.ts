import type { LocalState } from '../admin/state';
import type { LoadRequest } from '../admin/target';

/** A request that the server refused, in its own words. */
interface Refusal {
  readonly errors?: readonly { readonly what: string; readonly why: string; readonly fix: string }[];
}

/** Changes the stack. Rejects with what the user can do. */
async function call(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (response.ok) return;
  const { errors = [] } = (await response.json().catch(() => ({}))) as Refusal;
  const texts = errors.map(({ what, why, fix }) => `${what}: ${why}; ${fix}`);
  throw new Error(texts.length === 0 ? `the server answered ${response.status}` : texts.join(' '));
}

export const addPod = (lane: string, deployment: string): Promise<void> =>
  call('POST', '/api/pods', { lane, deployment });

export const killPod = (name: string): Promise<void> => call('DELETE', `/api/pods/${encodeURIComponent(name)}`);

export const startLoad = (load: LoadRequest): Promise<void> => call('POST', '/api/load', load);

export const stopLoad = (): Promise<void> => call('DELETE', '/api/load');

/** Follows the stack. The browser connects again by itself; `onLost` tells of the time until then. */
export function follow(onState: (state: LocalState) => void, onLost: () => void): () => void {
  const source = new EventSource('/api/events');
  source.onmessage = ({ data }: MessageEvent<string>) => {
    onState(JSON.parse(data) as LocalState);
  };
  source.onerror = onLost;
  return () => {
    source.close();
  };
}
