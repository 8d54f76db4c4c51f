import { useEffect, useRef, useState } from 'preact/hooks';
import type { LocalState } from '../admin/state';
import { follow } from './api';
import { changes } from './changes';

/** The stack as it is now. */
export interface FollowedStack {
  readonly state: LocalState | undefined;
  /** Whether the server answers. */
  readonly connected: boolean;
  /** What changed last, for those who hear the page. */
  readonly news: string;
}

/** Follows the stack for as long as the page is open. */
export function useStack(): FollowedStack {
  const [state, setState] = useState<LocalState>();
  const [connected, setConnected] = useState(false);
  const [news, setNews] = useState('');
  const before = useRef<LocalState>(undefined);
  useEffect(
    () =>
      follow(
        (next) => {
          const found = changes(before.current, next);
          if (found.length > 0) setNews(found.join('. '));
          before.current = next;
          setConnected(true);
          setState(next);
        },
        () => {
          setConnected(false);
        },
      ),
    [],
  );
  return { state, connected, news };
}
