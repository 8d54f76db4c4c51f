import type { HeadersMessage } from './requests';

/** `ProcessingMode.BodySendMode` by number, the modes in which bodies cannot be answered as the picker does. */
const UNFIT_MODES: readonly (string | undefined)[] = [undefined, 'STREAMED', 'BUFFERED', 'BUFFERED_PARTIAL'];

/**
 * Says what is wrong with how the gateway hands over bodies. In the other modes it waits for an answer to the headers
 * before it sends the body, on which the choice depends: both would wait for ever. Gateways that do not say are trusted.
 */
export function checkProtocol({ protocol }: HeadersMessage): string | undefined {
  if (protocol === undefined) return undefined;
  return unfit('request_body_mode', protocol.requestBodyMode) ?? unfit('response_body_mode', protocol.responseBodyMode);
}

function unfit(field: string, mode: number): string | undefined {
  const name = UNFIT_MODES[mode];
  return (
    name &&
    `${field} is ${name}; the endpoint picker needs FULL_DUPLEX_STREAMED: set it in the processing_mode of ext_proc`
  );
}
