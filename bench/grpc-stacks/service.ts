import type { Director, ResponseWatcher, Verdict } from '../../lib/picker/director/types';
import { extProcMethods } from '../../lib/picker/io/ext-proc-server';
import type { GrpcMethods } from '../../lib/picker/io/grpc-call';

const watcher: ResponseWatcher = {
  onEvict: undefined,
  headers: () => [],
  body: (chunk) => chunk,
  end: () => undefined,
  usage: undefined,
};

/** Routes at once, so that the stack alone is measured. */
const director: Director = {
  direct: (_, body): Verdict => ({
    kind: 'route',
    decisionId: 'bench',
    destination: '10.0.0.1:8000',
    scores: undefined,
    setHeaders: [],
    removeHeaders: [],
    body,
    exchange: { ...watcher },
  }),
};

/** The picker's service with a director that does nothing. */
export function benchMethods(): GrpcMethods {
  return extProcMethods({
    director,
    clock: { now: () => performance.now(), wallTime: () => Date.now() },
    maxBodyBytes: 64 * 2 ** 20,
    maxHeldBytes: 512 * 2 ** 20,
    onFault: (error) => {
      console.error(error);
    },
  });
}
