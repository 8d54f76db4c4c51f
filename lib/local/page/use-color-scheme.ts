import { useEffect, useState } from 'preact/hooks';

/** Which colours the user's system prefers, for what CSS does not paint. */
export function useColorScheme(): 'dark' | 'light' {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const change = (): void => {
      setDark(query.matches);
    };
    query.addEventListener('change', change);
    return () => {
      query.removeEventListener('change', change);
    };
  }, []);
  return dark ? 'dark' : 'light';
}
