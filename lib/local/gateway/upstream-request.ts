import type { HeaderList } from '../../picker/protocol/responses';
import type { Route } from '../routing/types';
import { withHeaders, without } from './header-list';
import type { RequestHead } from './request-head';
import type { UpstreamRequest } from './upstream-call';

/** Methods whose requests say that they have no body when they have none. */
const WITH_CONTENT: readonly string[] = ['POST', 'PUT', 'PATCH'];

/** The request that an endpoint gets: with what the route sets, and with the length or the chunks of its body. */
export function upstreamRequest(
  head: RequestHead,
  headers: HeaderList,
  { setHeaders = [] }: Pick<Route, 'setHeaders'>,
): UpstreamRequest {
  const { method, path, authority, hasBody } = head;
  const named = setHeaders.map(([name, value]) => [name.toLowerCase(), value] as const);
  const all = withHeaders(headers, named);
  return { method, path, hasBody, headers: [['host', authority], ...framed(all, method, hasBody)] };
}

function framed(headers: HeaderList, method: string, hasBody: boolean): HeaderList {
  const hasLength = headers.some(([name]) => name === 'content-length');
  if (hasBody) return hasLength ? headers : [...headers, ['transfer-encoding', 'chunked']];
  const bare = without(headers, 'content-length');
  return WITH_CONTENT.includes(method) ? [...bare, ['content-length', '0']] : bare;
}
