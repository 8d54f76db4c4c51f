import { SUBSET_HEADER } from '../../core/headers';
import { MetadataNamespaces } from '../../core/picker/ext-proc';
import { headersFrame } from './ext-proc-request';
import { valueOf } from './header-list';
import type { RequestHead } from './request-head';

/** What the picker is told of a request at first; `subsetHeader` names the header that has the subset hint. */
export function requestFrame(head: RequestHead, subsetHeader: string | undefined): Uint8Array {
  const { method, path, authority, headers, hasBody } = head;
  const subset = subsetHeader === undefined ? undefined : valueOf(headers, subsetHeader);
  return headersFrame('request', {
    headers: [[':method', method], [':path', path], [':authority', authority], [':scheme', 'http'], ...headers],
    endOfStream: !hasBody,
    metadata: subset ? { namespace: MetadataNamespaces.SUBSET, key: SUBSET_HEADER, value: subset } : undefined,
  });
}
