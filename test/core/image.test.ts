import { isMutableImage } from '../../lib/core/image';
import { vllm } from '../../lib/core/runtimes';
import { PickerFlavor } from '../../lib/core/picker/flavors';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  'vllm/vllm-openai',
  'vllm/vllm-openai:latest',
  'vllm-openai',
  'vllm-openai:nightly',
  'registry.example:5000/team/picker',
  'registry.example:5000/team/picker:main',
  'localhost:5000/picker',
  'europe-docker.pkg.dev/p/r/picker:master',
  'europe-docker.pkg.dev/p/r/picker:dev',
])('%s can be another image tomorrow', (image) => {
  expect(isMutableImage(image)).toBe(true);
});

test.each([
  'vllm/vllm-openai:v0.30.0',
  'registry.example:5000/team/picker:1.2.3',
  'localhost:5000/picker:2026-01-02',
  'picker:latest-but-pinned',
  `vllm/vllm-openai@${DIGEST}`,
  `vllm/vllm-openai:latest@${DIGEST}`,
  `localhost:5000/picker@${DIGEST}`,
])('%s stays what it is', (image) => {
  expect(isMutableImage(image)).toBe(false);
});

test('images that the library chooses stay what they are', () => {
  const chosen = [vllm().image, ...PickerFlavor.all.flatMap(({ image }) => image ?? [])];

  expect(chosen.filter(isMutableImage)).toEqual([]);
});
