import { type Review } from '../../../lib/picker/io/admin-server-access';
import { cachedReviewer, kubernetesReviewer, REVIEW_RIGHTS } from '../../../lib/picker/io/admin-server-review';

describe('a review by Kubernetes', () => {
  const answers = (authenticated: boolean, allowed: boolean) => (path: string) =>
    Promise.resolve(
      path.endsWith('tokenreviews')
        ? { status: { authenticated, user: { username: 'system:serviceaccount:gmp:reader', groups: ['g'], uid: 'u' } } }
        : { status: { allowed } },
    );

  test('asks who the token is of, then what that account may read', async () => {
    const create = jest.fn(answers(true, true));

    expect(await kubernetesReviewer(create)('token', '/metrics')).toBe('allowed');
    expect(create.mock.calls).toEqual([
      [
        '/apis/authentication.k8s.io/v1/tokenreviews',
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'token' } },
      ],
      [
        '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: {
            user: 'system:serviceaccount:gmp:reader',
            groups: ['g'],
            uid: 'u',
            nonResourceAttributes: { path: '/metrics', verb: 'get' },
          },
        },
      ],
    ]);
  });

  test('knows tokens that are none, and accounts without the right', async () => {
    expect(await kubernetesReviewer(answers(false, true))('t', '/metrics')).toBe('unauthenticated');
    expect(await kubernetesReviewer(answers(true, false))('t', '/metrics')).toBe('forbidden');
  });

  test.each([null, {}, { status: null }, 'text'])('takes an answer of %j for a no', async (answer) => {
    expect(await kubernetesReviewer(() => Promise.resolve(answer))('t', '/metrics')).toBe('unauthenticated');
  });

  test('needs the rights that it names', async () => {
    const asked: string[] = [];
    const create = (path: string): Promise<unknown> => {
      asked.push(path.replace('/apis/', '').replace('/v1/', ' '));
      return Promise.resolve({ status: { authenticated: true } });
    };

    await kubernetesReviewer(create)('t', '/metrics');

    expect(asked).toEqual(REVIEW_RIGHTS.map(({ apiGroup, resource }) => `${apiGroup} ${resource}`));
  });
});

describe('remembered reviews', () => {
  function remembered(review: Review | Error) {
    let time = 0;
    const reviewer = jest.fn(() => (review instanceof Error ? Promise.reject(review) : Promise.resolve(review)));
    const cached = cachedReviewer(reviewer, { now: () => time, wallTime: () => time });
    return { cached, reviewer, pass: (ms: number) => (time += ms) };
  }

  test.each([
    ['allowed', 60_000],
    ['forbidden', 10_000],
    ['unauthenticated', 10_000],
  ] as const)('are kept when %s for %d ms', async (review, kept) => {
    const { cached, reviewer, pass } = remembered(review);

    await cached('t', '/metrics');
    pass(kept - 1);
    await cached('t', '/metrics');
    expect(reviewer).toHaveBeenCalledTimes(1);
    pass(1);
    await cached('t', '/metrics');
    expect(reviewer).toHaveBeenCalledTimes(2);
  });

  test('are asked once for callers that come together', async () => {
    const { cached, reviewer } = remembered('allowed');

    expect(await Promise.all([cached('t', '/metrics'), cached('t', '/metrics')])).toEqual(['allowed', 'allowed']);
    expect(reviewer).toHaveBeenCalledTimes(1);
  });

  test('are kept for each token', async () => {
    const { cached, reviewer } = remembered('allowed');

    await cached('a', '/metrics');
    await cached('b', '/metrics');

    expect(reviewer).toHaveBeenCalledTimes(2);
  });

  test('are not kept when nobody could be asked', async () => {
    const { cached, reviewer } = remembered(new Error('refused'));

    await expect(cached('t', '/metrics')).rejects.toThrow('refused');
    await expect(cached('t', '/metrics')).rejects.toThrow('refused');

    expect(reviewer).toHaveBeenCalledTimes(2);
  });

  test('of made-up tokens push out the oldest', async () => {
    const { cached, reviewer } = remembered('unauthenticated');

    for (let i = 0; i <= 256; i++) await cached(`t${i}`, '/metrics');
    await cached('t256', '/metrics');
    expect(reviewer).toHaveBeenCalledTimes(257);
    await cached('t0', '/metrics');
    expect(reviewer).toHaveBeenCalledTimes(258);
  });
});
