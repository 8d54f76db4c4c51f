import { type JsonObject, type Manifest } from '../../lib/deploy/manifest';
import { modelNameOf } from '../../lib/deploy/model-name';
import { manifest } from './objects';

function server(...containers: readonly JsonObject[]): Manifest {
  return manifest('apps/v1/Deployment', { template: { spec: { containers } } });
}

const rewrite = manifest('llm-d.ai/v1alpha2/InferenceModelRewrite', {
  rules: [{ matches: [{ model: { type: 'Exact', value: 'chat' } }], targets: [{ modelRewrite: 'google/gemma' }] }],
});

describe('modelNameOf', () => {
  it.each<[string, readonly Manifest[], string | undefined]>([
    ['vllm serve', [server({ command: ['vllm', 'serve', 'a/b'], args: ['--port=8000'] })], 'a/b'],
    ['vllm serve with a path', [server({ command: ['/opt/vllm', 'serve'], args: ['a/b'] })], 'a/b'],
    ['a flag', [server({ args: ['--port', '1', '--model', 'a/b'] })], 'a/b'],
    ['a flag with =', [server({ args: ['--model-path=a/b'] })], 'a/b'],
    ['the name before the model', [server({ args: ['serve', '--model=a/b', '--served-model-name', 'c'] })], 'c'],
    ['a logical model before that', [server({ args: ['--model=a/b'] }), rewrite], 'chat'],
    ['an InferenceModel', [manifest('inference.networking.x-k8s.io/v1alpha2/InferenceModel', { modelName: 'm' })], 'm'],
    [
      'a group of pods',
      [
        manifest('leaderworkerset.x-k8s.io/v1/LeaderWorkerSet', {
          leaderWorkerTemplate: { leaderTemplate: { spec: { containers: [{ args: ['--model=a/b'] }] } } },
        }),
      ],
      'a/b',
    ],
    ['nothing', [server({ command: ['picker', 'serve', '--port'] }), manifest('v1/ConfigMap')], undefined],
    ['vllm serve without a model', [server({ command: ['vllm', 'serve', '--port'] })], undefined],
  ])('reads %s', (_what, manifests, expected) => {
    expect(modelNameOf(manifests)).toBe(expected);
  });
});
