import { publicHeaders } from '../../../lib/picker/director/private-headers';

const shown = (name: string, value: string): string | undefined => publicHeaders(new Map([[name, value]]))[name];

test.each([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'x-goog-api-key',
  'x-goog-iap-jwt-assertion',
  'x-forwarded-client-cert',
  'x-amz-security-token',
])('the value of %s is not shown', (name) => {
  expect(shown(name, 'secret')).toBe('[hidden]');
});

test('a session token is shown: it names a pod, and scores depend on it', () => {
  expect(shown('x-session-token', 'cG9kLTA=')).toBe('cG9kLTA=');
});

test('the query of a path is not shown', () => {
  expect(shown(':path', '/v1/chat/completions?key=secret')).toBe('/v1/chat/completions?[hidden]');
  expect(shown(':path', '/v1/chat/completions')).toBe('/v1/chat/completions');
});
