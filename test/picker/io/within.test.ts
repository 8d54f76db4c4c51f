import { within } from '../../../lib/picker/io/within';

/** Rejects when its signal fires, as requests do. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => {
      reject(new Error('the operation was aborted'));
    };
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail);
  });
}

test('what ends in time is returned', async () => {
  await expect(within(1000, new Error('late'), undefined, () => Promise.resolve(7))).resolves.toBe(7);
});

test('an error of its own is passed on', async () => {
  await expect(within(1000, new Error('late'), undefined, () => Promise.reject(new Error('own')))).rejects.toThrow(
    'own',
  );
});

test('what takes too long ends with the given error', async () => {
  await expect(within(1, new Error('late'), undefined, hang)).rejects.toThrow('late');
});

test('the outer signal ends it with its reason', async () => {
  const controller = new AbortController();
  const running = within(1000, new Error('late'), controller.signal, hang);
  controller.abort(new Error('stopped'));

  await expect(running).rejects.toThrow('stopped');
});

test('a signal that fired before ends it at once', async () => {
  await expect(within(1000, new Error('late'), AbortSignal.abort(new Error('stopped')), hang)).rejects.toThrow(
    'stopped',
  );
});
