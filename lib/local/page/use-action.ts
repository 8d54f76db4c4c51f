import { useState } from 'preact/hooks';

/** Something that the user asked for. */
export interface Action {
  readonly busy: boolean;
  /** Why it did not work; undefined where it did. */
  readonly error: string | undefined;
  run(action: () => Promise<void>): void;
}

/** Runs what a button asks for, once at a time, and keeps what went wrong. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  return {
    busy,
    error,
    run: (action) => {
      if (busy) return;
      setBusy(true);
      setError(undefined);
      action()
        .catch((reason: unknown) => {
          setError(reason instanceof Error ? reason.message : String(reason));
        })
        .finally(() => {
          setBusy(false);
        });
    },
  };
}
