import type { ParameterReader } from '../../parameters/parameter-reader';
import { EncodedEndpointSessions } from './encoded-endpoint';
import { SessionIdSessions } from './session-id';

/** The way of remembering sessions that the parameters ask for. */
export function readSessions(parameters: ParameterReader): EncodedEndpointSessions | SessionIdSessions {
  const strategy = parameters.choice(
    'strategy',
    ['encoded_endpoint_header', 'session_id'] as const,
    'encoded_endpoint_header',
  );
  const encoded = readEncodedEndpoint(parameters.object('encodedEndpointHeaderConfig'));
  const byId = readSessionId(parameters.object('sessionIdConfig'));
  return strategy === 'session_id' ? byId : encoded;
}

function readEncodedEndpoint(parameters: ParameterReader): EncodedEndpointSessions {
  const header = parameters.string('header', 'x-session-token');
  return new EncodedEndpointSessions(header.toLowerCase());
}

function readSessionId(parameters: ParameterReader): SessionIdSessions {
  const headers = parameters.objects('sources').flatMap((source) => readSource(source));
  const ttlSeconds = parameters.number('evictionTtlSeconds', 300, { above: 0 });
  // Expired sessions go when others come, so there is nothing to sweep.
  parameters.number('evictionSweepSeconds', 10, { above: 0 });
  return new SessionIdSessions(headers.length > 0 ? headers : ['x-session-id'], ttlSeconds * 1000);
}

function readSource(source: ParameterReader): readonly string[] {
  if (source.has('attribute')) {
    source.reject('attribute', 'this picker has no plugin that makes such attributes', 'name a header instead');
  }
  const header = source.string('header');
  return header === undefined ? [] : [header.toLowerCase()];
}
