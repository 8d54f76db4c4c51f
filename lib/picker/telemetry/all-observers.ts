import type { RequestObserver } from './telemetry';

/** Tells several observers of the same, in their order. One that fails does not keep the others from hearing. */
export function allObservers(observers: readonly RequestObserver[]): RequestObserver {
  const tell = (what: (observer: RequestObserver) => void): void => {
    const errors: unknown[] = [];
    for (const observer of observers) {
      try {
        what(observer);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  };
  return {
    rejected: (rejected) => {
      tell((observer) => {
        observer.rejected(rejected);
      });
    },
    routed: (call, scheduled) => {
      tell((observer) => {
        observer.routed(call, scheduled);
      });
    },
    finished: (call) => {
      tell((observer) => {
        observer.finished(call);
      });
    },
    rewritten: (rule, from, to) => {
      tell((observer) => {
        observer.rewritten(rule, from, to);
      });
    },
    fault: (where, error) => {
      tell((observer) => {
        observer.fault(where, error);
      });
    },
  };
}
