import {
  adminAccess,
  type AccessRules,
  type Caller,
  DENIALS,
  type Denial,
} from '../../../lib/picker/io/admin-server-access';

const local: Caller = { address: '::ffff:127.0.0.1', host: 'localhost:9090', authorization: undefined };
const otherPod: Caller = { address: '10.0.0.7', host: '10.0.0.1:9090', authorization: undefined };
const withToken = (token: string, caller = otherPod): Caller => ({ ...caller, authorization: `Bearer ${token}` });

function access(rules: Partial<AccessRules> = {}) {
  return adminAccess({ reviewer: undefined, debugToken: undefined, onError: () => undefined, ...rules });
}

describe('/debug', () => {
  test.each([
    { ...local },
    { ...local, address: '127.0.0.1', host: '127.0.0.1:9090' },
    { ...local, address: '::1', host: '[::1]:9090' },
    { ...local, host: 'localhost' },
  ])('is open to this machine: %j', async (caller) => {
    expect(await access().debug(caller)).toBeUndefined();
  });

  test.each([
    [otherPod],
    [withToken('guess')],
    [{ ...local, host: 'attacker.example.com:9090' }],
    [{ ...local, host: undefined }],
    [{ ...local, address: undefined }],
    [{ ...local, address: '10.127.0.0' }],
  ])('is closed to others: %j', async (caller) => {
    expect(await access().debug(caller)).toBe('debug-elsewhere');
  });

  test('is open to whoever has the token of the file', async () => {
    const { debug } = access({ debugToken: () => Promise.resolve('secret\n') });

    expect(await debug(withToken('secret'))).toBeUndefined();
    expect(await debug({ ...otherPod, authorization: 'bearer  secret ' })).toBeUndefined();
    expect(await debug(local)).toBeUndefined();
  });

  test.each([
    [otherPod],
    [withToken('secre')],
    [withToken('Secret')],
    [{ ...otherPod, authorization: 'Basic secret' }],
    [{ ...otherPod, authorization: 'Bearer' }],
  ])('is closed to whoever has another: %j', async (caller) => {
    expect(await access({ debugToken: () => Promise.resolve('secret') }).debug(caller)).toBe('debug-token');
  });

  test('an empty token opens nothing', async () => {
    const { debug } = access({ debugToken: () => Promise.resolve('\n') });

    expect(await debug(withToken(''))).toBe('debug-token');
    expect(await debug(withToken('\n'))).toBe('debug-token');
  });
});

describe('/metrics', () => {
  test('is open to all where nobody reviews', () => {
    expect(access().metrics(otherPod)).toBeUndefined();
  });

  test('needs a token where somebody reviews', async () => {
    const reviewer = jest.fn(() => Promise.resolve('allowed' as const));

    expect(await access({ reviewer }).metrics(local)).toBe('unauthenticated');
    expect(reviewer).not.toHaveBeenCalled();
  });

  test.each(['unauthenticated', 'forbidden'] as const)('is closed to whom the review finds %s', async (review) => {
    expect(await access({ reviewer: () => Promise.resolve(review) }).metrics(withToken('t'))).toBe(review);
  });

  test('is reviewed by token and path', async () => {
    const reviewer = jest.fn(() => Promise.resolve('allowed' as const));

    expect(await access({ reviewer }).metrics(withToken('t'))).toBeUndefined();
    expect(reviewer).toHaveBeenCalledWith('t', '/metrics');
  });

  test('is closed for now when nobody could be asked', async () => {
    const onError = jest.fn();
    const failed = new Error('refused');

    const denial = await access({ reviewer: () => Promise.reject(failed), onError }).metrics(withToken('t'));

    expect(denial).toBe('no-review');
    expect(onError).toHaveBeenCalledWith(failed);
  });
});

test('every denial says what to do', () => {
  const texts = Object.entries(DENIALS).map(([denial, { status, body }]) => `${denial as Denial} ${status} ${body}`);

  expect(texts.join('')).toMatchInlineSnapshot(`
   "unauthenticated 401 send the token of a service account: Authorization: Bearer TOKEN
   forbidden 403 the account needs a ClusterRole with nonResourceURLs ["/metrics"] and verbs ["get"]
   debug-elsewhere 403 open to this machine only: use kubectl port-forward and http://localhost, or start with --debug-token-file
   debug-token 401 send the token of --debug-token-file: Authorization: Bearer TOKEN
   no-review 503 Kubernetes did not review the token; try again
   "
  `);
});
