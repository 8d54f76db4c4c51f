import { objectNames } from '../../lib/deploy/object-names';

function names(release: string, ...paths: readonly string[]): readonly (string | undefined)[] {
  const found = objectNames(release, paths);
  return paths.map((path) => found.get(path));
}

describe('objectNames', () => {
  it('says the release once and leaves out the main child', () => {
    expect(names('chat', 'chat/llama/server/Default', 'other/map', 'namespace:inference')).toEqual([
      'chat/llama/server',
      'chat/other/map',
      'chat/namespace:inference',
    ]);
  });

  it('writes paths in full where the short names would meet', () => {
    expect(names('a', 'a/x', 'x', 'a/y', 'a/y/Default')).toEqual(['a/a/x', 'a/x', 'a/a/y', 'a/a/y/Default']);
  });
});
