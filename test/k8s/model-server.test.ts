import { Duration } from 'cdk8s';
import { Accelerator, ModelCache, ModelServer, override, vllm, warningsOf } from 'gke-inference-gateway';
import { newChart, only, refusal, synth, type Manifest } from '../support/manifests';
import { modelServer } from '../support/stacks';

function deploymentOf(props: Parameters<typeof modelServer>[1] = {}): Manifest {
  const chart = newChart();
  modelServer(chart, props);
  return only(synth(chart), 'Deployment');
}

function podOf(props: Parameters<typeof modelServer>[1] = {}): Manifest['spec'] {
  return deploymentOf(props).spec.template.spec;
}

function containerOf(props: Parameters<typeof modelServer>[1] = {}): Manifest['spec'] {
  return podOf(props).containers[0];
}

function refusalOf(props: Parameters<typeof modelServer>[1]): string | undefined {
  const chart = newChart();
  modelServer(chart, props);
  return refusal(chart);
}

describe('scheduling', () => {
  test('replicas may share a machine that has more GPUs', () => {
    const { requests } = containerOf({ accelerator: Accelerator.NVIDIA_H200_141GB, gpuCount: 2 }).resources;

    expect(requests['nvidia.com/gpu']).toBe('2');
    expect(Number(requests.cpu)).toBeLessThanOrEqual(224 / 4);
  });

  test('flex-start capacity is selected', () => {
    expect(podOf({ flexStart: true }).nodeSelector['cloud.google.com/gke-flex-start']).toBe('true');
  });

  test('a replica asks for its GPUs, on nodes with the accelerator, and tolerates their taint', () => {
    const pod = podOf({ accelerator: Accelerator.NVIDIA_H100_80GB, gpuCount: 2 });

    expect(pod.nodeSelector).toEqual({ 'cloud.google.com/gke-accelerator': 'nvidia-h100-80gb' });
    expect(pod.containers[0].resources.limits['nvidia.com/gpu']).toBe('2');
    expect(pod.containers[0].resources.requests['nvidia.com/gpu']).toBe('2');
    expect(pod.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  });

  test.each(
    Accelerator.all.flatMap((accelerator) => accelerator.gpuCounts.map((gpus) => [accelerator, gpus] as const)),
  )('%s x %i fits the machine that it is meant for', (accelerator, gpus) => {
    const machine = accelerator.machineFor(gpus)!;
    const { requests } = containerOf({
      accelerator,
      gpuCount: gpus,
      dataType: 'float16',
      tensorParallelSize: 1,
    }).resources;

    expect(Number(requests.cpu)).toBeLessThan(machine.vcpus);
    expect(Number.parseInt(requests.memory, 10)).toBeLessThan(machine.memoryGib);
  });

  test('Spot capacity is selected and tolerated', () => {
    const pod = podOf({ spot: true });

    expect(pod.nodeSelector['cloud.google.com/gke-spot']).toBe('true');
    expect(pod.tolerations).toContainEqual({
      key: 'cloud.google.com/gke-spot',
      operator: 'Equal',
      value: 'true',
      effect: 'NoSchedule',
    });
  });

  test('a compute class takes the place of the accelerator label', () => {
    expect(podOf({ computeClass: 'gpu-ladder' }).nodeSelector).toEqual({
      'cloud.google.com/compute-class': 'gpu-ladder',
    });
  });

  test('Arm machines are tolerated where the accelerator sits in them', () => {
    const pod = podOf({ accelerator: Accelerator.NVIDIA_GB200, gpuCount: 4 });

    expect(pod.tolerations).toContainEqual(expect.objectContaining({ key: 'kubernetes.io/arch', value: 'arm64' }));
  });

  test('replicas spread over zones and nodes', () => {
    const keys = podOf().topologySpreadConstraints.map((constraint: { topologyKey: string }) => constraint.topologyKey);

    expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
  });
});

describe('arguments', () => {
  test('tensor parallelism follows the number of GPUs', () => {
    expect(containerOf({ gpuCount: 4, model: 'Qwen/Qwen3-8B' }).args).toContain('--tensor-parallel-size=4');
  });

  test('GPUs beyond the tensor-parallel size form a pipeline', () => {
    const { args } = containerOf({ gpuCount: 4, tensorParallelSize: 2, model: 'Qwen/Qwen3-8B' });

    expect(args).toContain('--tensor-parallel-size=2');
    expect(args).toContain('--pipeline-parallel-size=2');
  });

  test('static adapters are loaded at start, under their names and with their base model', () => {
    const { args } = containerOf({ adapters: [{ name: 'support', source: 'acme/support-lora' }] });

    expect(args.slice(args.indexOf('--enable-lora'))).toEqual([
      '--enable-lora',
      '--max-loras=1',
      '--max-cpu-loras=2',
      '--max-lora-rank=16',
      '--lora-modules',
      '{"name":"support","path":"acme/support-lora","base_model_name":"Qwen/Qwen3-0.6B"}',
    ]);
  });

  test('the longest sequence is what the memory holds when the model could do more', () => {
    const { args } = containerOf({ model: 'Qwen/Qwen3-8B' });

    expect(args).toContain('--max-model-len=14336');
  });

  test('extra arguments and environment come last', () => {
    const container = containerOf({ extraArgs: ['--enforce-eager'], env: { VLLM_LOGGING_LEVEL: 'DEBUG' } });

    expect(container.args.at(-1)).toBe('--enforce-eager');
    expect(container.env.at(-1)).toEqual({ name: 'VLLM_LOGGING_LEVEL', value: 'DEBUG' });
  });

  test('an older vLLM gets no flag that it does not know', () => {
    const { args, image } = containerOf({ runtime: vllm('0.11.0') });

    expect(image).toBe('vllm/vllm-openai:v0.11.0');
    expect(args.join(' ')).not.toMatch(/shutdown-timeout|disable-access-log/);
  });
});

describe('probes and drain', () => {
  test('all probes ask the port of the container', () => {
    const container = containerOf({ port: 9000 });
    const port = container.ports[0];

    expect(port).toEqual({ name: 'http', containerPort: 9000, protocol: 'TCP' });
    expect(container.args).toContain('--port=9000');
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(container[probe].httpGet.port).toBe('http');
    }
  });

  test('the startup probe outlasts a slow load, and the rollout outlasts the startup probe', () => {
    const { spec } = deploymentOf({ model: 'Qwen/Qwen3-8B' });
    const { failureThreshold, periodSeconds } = spec.template.spec.containers[0].startupProbe;

    expect(failureThreshold * periodSeconds).toBe(1800);
    expect(spec.progressDeadlineSeconds).toBeGreaterThan(failureThreshold * periodSeconds);
  });

  test('the startup probe waits for the model, not for the process', () => {
    expect(containerOf().startupProbe.httpGet.path).toBe('/v1/models');
  });

  test('the grace period holds the delay, the drain and the exit', () => {
    const pod = podOf({ drainDelay: Duration.seconds(20), drainTimeout: Duration.minutes(5) });

    expect(pod.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '20']);
    expect(pod.containers[0].args).toContain('--shutdown-timeout=300');
    expect(pod.terminationGracePeriodSeconds).toBe(20 + 300 + 15);
  });
});

test('a key of the API comes from a Secret, and the probes ask what it does not guard', () => {
  const container = containerOf({ apiKey: { secretName: 'api-key', key: 'key' } });

  expect(container.env).toContainEqual({
    name: 'VLLM_API_KEY',
    valueFrom: { secretKeyRef: { name: 'api-key', key: 'key' } },
  });
  expect(container.startupProbe.httpGet.path).toBe('/health');
});

describe('weights', () => {
  test('a token comes from a Secret, never as a value', () => {
    const { env } = containerOf({ huggingFaceToken: { secretName: 'hf-token', key: 'token' } });

    expect(env).toContainEqual({ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hf-token', key: 'token' } } });
  });

  test('downloads go to a folder that is large enough and counted against the node', () => {
    const pod = podOf({ model: 'Qwen/Qwen3-8B' });

    expect(pod.volumes).toContainEqual({ name: 'model-cache', emptyDir: { sizeLimit: '30Gi' } });
    expect(pod.containers[0].resources.requests['ephemeral-storage']).toBe('30Gi');
  });

  test('a claim keeps downloads over restarts', () => {
    const pod = podOf({ cache: ModelCache.persistentVolumeClaim('weights') });

    expect(pod.volumes).toContainEqual({ name: 'model-cache', persistentVolumeClaim: { claimName: 'weights' } });
    expect(pod.containers[0].resources.requests).not.toHaveProperty('ephemeral-storage');
  });

  test('weights in a bucket are served from the mount, under the name of the model', () => {
    const { spec } = deploymentOf({ cache: ModelCache.gcsFuse({ bucket: 'weights', folder: 'qwen' }) });
    const container = spec.template.spec.containers[0];

    expect(spec.template.metadata.annotations['gke-gcsfuse/volumes']).toBe('true');
    expect(container.args[0]).toBe('/models');
    expect(container.args).toContain('--served-model-name=Qwen/Qwen3-0.6B');
    expect(container.volumeMounts).toContainEqual({ name: 'model-cache', mountPath: '/models', readOnly: true });
  });

  test('GPUs of one replica share memory through /dev/shm', () => {
    const pod = podOf({ gpuCount: 2 });

    expect(pod.volumes).toContainEqual({ name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } });
    expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'shared-memory', mountPath: '/dev/shm' });
  });
});

describe('dynamic adapters', () => {
  const dynamic = {
    adapters: [{ name: 'support', source: 'acme/support-lora' }],
    adapterLoading: 'dynamic',
    adapterSyncerImage: 'registry.example.com/lora-syncer:1.0.0',
  } as const;

  test('a sidecar follows a ConfigMap, mounted as a directory', () => {
    const chart = newChart();
    modelServer(chart, dynamic);
    const manifests = synth(chart);
    const pod = only(manifests, 'Deployment').spec.template.spec;

    expect(pod.initContainers[0]).toMatchObject({ restartPolicy: 'Always', image: dynamic.adapterSyncerImage });
    expect(pod.initContainers[0].volumeMounts[0]).not.toHaveProperty('subPath');
    expect(pod.volumes).toContainEqual({
      name: 'lora-adapters',
      configMap: { name: only(manifests, 'ConfigMap').metadata.name },
    });
    expect(pod.containers[0].args).not.toContain('--lora-modules');
    expect(pod.containers[0].env).toContainEqual({ name: 'VLLM_ALLOW_RUNTIME_LORA_UPDATING', value: 'True' });
  });

  test('the ConfigMap names the port and the adapters', () => {
    const chart = newChart();
    modelServer(chart, { ...dynamic, port: 9000 });

    expect(only(synth(chart), 'ConfigMap').data['configmap.yaml']).toMatchInlineSnapshot(`
     "vLLMLoRAConfig:
       host: localhost
       port: 9000
       name: test-server
       defaultBaseModel: Qwen/Qwen3-0.6B
       ensureExist:
         models:
           - id: support
             source: acme/support-lora
             base-model: Qwen/Qwen3-0.6B
       ensureNotExist:
         models: []
     "
    `);
  });

  test('without an image of the sidecar they are refused', () => {
    expect(refusalOf({ adapterLoading: 'dynamic' })).toMatchInlineSnapshot(`
     "[test/server] adapterLoading 'dynamic' without adapterSyncerImage
           why: a sidecar loads the adapters, and no pinned image of it is published
           fix: build the dynamic LoRA sidecar, push it and give its image here, or load adapters at start"
    `);
  });
});

test('a change of dynamic adapters leaves the pods alone', () => {
  const withAdapters = (...names: string[]): Manifest =>
    deploymentOf({
      adapters: names.map((name) => ({ name, source: `acme/${name}` })),
      adapterLoading: 'dynamic',
      adapterSyncerImage: 'registry.example.com/lora-syncer:1.0.0',
    });

  expect(withAdapters('a', 'b', 'c')).toEqual(withAdapters('a'));
});

describe('updates', () => {
  test('several pods are replaced in place, as a surge needs a free GPU', () => {
    expect(deploymentOf({ replicas: 3 }).spec.strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });

  test('a pod with a claim leaves before its successor starts, as the claim may be mounted once only', () => {
    const { strategy } = deploymentOf({ cache: ModelCache.persistentVolumeClaim('weights') }).spec;

    expect(strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });

  test('a single pod serves until its successor does', () => {
    expect(deploymentOf({ replicas: 1 }).spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('node upgrades take one pod at a time', () => {
    const chart = newChart();
    modelServer(chart);
    const manifests = synth(chart);

    expect(only(manifests, 'PodDisruptionBudget').spec).toEqual({
      maxUnavailable: 1,
      selector: only(manifests, 'Deployment').spec.selector,
    });
  });
});

describe('refusals', () => {
  test('a GPU count that no machine has', () => {
    expect(refusalOf({ gpuCount: 3 })).toMatchInlineSnapshot(`
     "[test/server] gpuCount 3 with NVIDIA L4
           why: no machine type of GKE has that many of them, or can be divided by it
           fix: use 1, 2, 4 or 8"
    `);
  });

  test('a tensor-parallel size that does not divide the GPUs', () => {
    expect(refusalOf({ gpuCount: 4, tensorParallelSize: 3 })).toMatchInlineSnapshot(`
     "[test/server] tensorParallelSize 3 with gpuCount 4
           why: the GPUs of a replica are divided into groups of that size
           fix: use 1, 2 or 4"
    `);
  });

  test('attention heads that cannot be divided', () => {
    expect(refusalOf({ model: 'Qwen/Qwen2.5-7B-Instruct', gpuCount: 8 })).toMatchInlineSnapshot(`
     "[test/server] tensorParallelSize 8 for Qwen/Qwen2.5-7B-Instruct
           why: its 28 attention heads and 4 KV heads cannot be shared out over 8 GPUs
           fix: set tensorParallelSize to 1, 2 or 4; the other GPUs then form a pipeline"
    `);
  });

  test('a model that does not fit', () => {
    expect(refusalOf({ model: 'Qwen/Qwen3-32B' })).toMatchInlineSnapshot(`
     "[test/server] Qwen/Qwen3-32B on 1 x NVIDIA L4
           why: its weights take 61.1 GiB, and the GPUs have 18.8 GiB for them at gpuMemoryUtilization 0.9
           fix: set gpuCount: 4"
    `);
  });

  test('a sequence that the KV cache cannot hold', () => {
    expect(refusalOf({ model: 'Qwen/Qwen3-8B', maxModelLength: 40_000 })).toMatchInlineSnapshot(`
     "[test/server] maxModelLength 40000 on 1 x NVIDIA L4
           why: beside the weights (15.3 GiB) the KV cache holds at most about 24576 tokens of Qwen/Qwen3-8B
           fix: lower it to 24576, or set gpuCount: 2"
    `);
  });

  test('a sequence beyond the context of the model', () => {
    expect(refusalOf({ maxModelLength: 100_000 })).toMatchInlineSnapshot(`
     "[test/server] maxModelLength 100000 for Qwen/Qwen3-0.6B
           why: the model's context ends at 40960 tokens, and the server refuses to start beyond it
           fix: lower it to 40960"
    `);
  });

  test('a gated model without a token', () => {
    expect(refusalOf({ model: 'google/gemma-3-4b-it' })).toMatchInlineSnapshot(`
     "[test/server] google/gemma-3-4b-it without huggingFaceToken
           why: its licence must be accepted on Hugging Face, and downloads need the token of an account that did
           fix: put the token into a Secret and set huggingFaceToken: { secretName: 'hf-token', key: 'token' }"
    `);
  });

  test('a flag that the library writes itself', () => {
    expect(refusalOf({ extraArgs: ['--port=9000'] })).toMatchInlineSnapshot(`
     "[test/server] extraArgs has --port
           why: the library writes that flag itself, and other objects depend on its value
           fix: set port instead"
    `);
  });

  test('a number format that the GPU lacks', () => {
    expect(refusalOf({ accelerator: Accelerator.NVIDIA_TESLA_T4, dataType: 'bfloat16' })).toMatchInlineSnapshot(`
     "[test/server] dataType bfloat16 on NVIDIA T4
           why: it needs compute capability 8, and NVIDIA T4 has 7.5
           fix: set dataType: 'float16', or choose a newer accelerator"
    `);
  });

  test('a key of the API in the manifest', () => {
    expect(refusalOf({ env: { VLLM_API_KEY: 'secret' } })).toMatchInlineSnapshot(`
     "[test/server] env has VLLM_API_KEY
           why: the key would stand in the manifest, and the startup probe would be refused
           fix: put it into a Secret and set apiKey"
    `);
  });

  test('a key of the API that the sidecar of adapters does not send', () => {
    const apiKey = { secretName: 'api-key', key: 'key' };

    expect(refusalOf({ apiKey, adapterLoading: 'dynamic', adapterSyncerImage: 'x/y:1' })).toMatchInlineSnapshot(`
     "[test/server] apiKey with adapterLoading 'dynamic'
           why: the sidecar that loads adapters sends no key
           fix: load adapters at start, or let the gateway check clients"
    `);
  });

  test.each<[string, Parameters<typeof modelServer>[1]]>([
    ['a flag that hides the server', { extraArgs: ['--host=127.0.0.1'] }],
    ['a flag that vLLM removed', { extraArgs: ['--num-scheduler-steps=4'] }],
    ['an abbreviation of a managed flag', { extraArgs: ['--tensor-parallel=2'] }],
    ['a token set twice', { huggingFaceToken: { secretName: 'hf', key: 't' }, env: { HF_TOKEN: 'x' } }],
    ['a variable that is none', { env: { '1ST': 'x' } }],
    [
      'another accelerator in the node selector',
      { nodeSelector: { 'cloud.google.com/gke-accelerator': 'nvidia-b200' } },
    ],
    ['names that are empty', { image: '', apiKey: { secretName: '', key: 'k' } }],
    ['times of part of a second', { startupTimeout: Duration.millis(1500), drainDelay: Duration.millis(500) }],
    ['amounts that are none', { sharedMemoryGib: -1, cpu: Number.NaN, cache: ModelCache.emptyDir(-5) }],
    [
      'more active adapters than fit in memory',
      { adapters: [{ name: 'a', source: 'acme/a' }], maxActiveAdapters: 4, maxAdaptersInMemory: 2 },
    ],
    ['half an adapter', { adapters: [{ name: 'a', source: 'acme/a' }], maxActiveAdapters: 1.5 }],
    ['an adapter without a source', { adapters: [{ name: 'a', source: '' }] }],
    ['an adapter with the name of the base model', { adapters: [{ name: 'Qwen/Qwen3-0.6B', source: 'acme/a' }] }],
    ['a sidecar without dynamic loading', { adapters: [{ name: 'a', source: 'acme/a' }], adapterSyncerImage: 'x/y:1' }],
    ['more shared memory than memory', { sharedMemoryGib: 64, memoryGib: 32 }],
  ])('%s', (_case, props) => {
    expect(refusalOf(props)).toMatchSnapshot();
  });

  test('two adapters of one name', () => {
    const adapter = { name: 'support', source: 'acme/support-lora' };

    expect(refusalOf({ adapters: [adapter, adapter] })).toMatchInlineSnapshot(`
     "[test/server] adapter name 'support' is used twice
           why: requests could not tell the adapters apart
           fix: give each adapter a name of its own"
    `);
  });

  test('a rank that vLLM has no kernel for', () => {
    expect(refusalOf({ adapters: [{ name: 'a', source: 'acme/a' }], maxAdapterRank: 24 })).toMatchInlineSnapshot(`
     "[test/server] maxAdapterRank 24 is not a rank that vLLM serves
           why: its kernels exist for 1, 8, 16, 32, 64, 128, 256, 320 or 512
           fix: use 32; adapters of a lower rank fit into it"
    `);
  });

  test('a name over the limit', () => {
    expect(refusalOf({ name: 'n'.repeat(64) })).toMatchInlineSnapshot(`
     "[test/server] name of its Deployment 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...' has 64 characters
           why: Kubernetes allows at most 63 here
           fix: shorten it to 63"
    `);
  });

  test('all problems at once, each with its path', () => {
    const chart = newChart();
    modelServer(chart, { gpuCount: 3, gpuMemoryUtilization: 1.5, extraArgs: ['--dtype', 'half'] });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/server] gpuCount 3 with NVIDIA L4
           why: no machine type of GKE has that many of them, or can be divided by it
           fix: use 1, 2, 4 or 8
       [test/server] gpuMemoryUtilization 1.5
           why: it is a part of the GPU memory, and the CUDA context needs some beside it
           fix: use a number from 0.1 to 0.99
       [test/server] extraArgs has --dtype
           why: the library writes that flag itself, and other objects depend on its value
           fix: set dataType instead"
    `);
  });
});

describe('warnings', () => {
  test('a mutable image', () => {
    const chart = newChart();
    modelServer(chart, { image: 'vllm/vllm-openai:latest' });

    expect(warningsOf(chart).map(({ message }) => message)).toEqual([
      'image vllm/vllm-openai:latest can change under you; pin it by version or digest',
    ]);
  });

  test('a context that was cut to the memory', () => {
    const chart = newChart();
    modelServer(chart, { model: 'Qwen/Qwen3-8B' });

    expect(warningsOf(chart)).toMatchInlineSnapshot(`
     [
       {
         "message": "requests are limited to 14336 tokens: the model's 40960 would need 5.6 GiB of KV cache; set maxModelLength to say that you know",
         "path": "test/server",
       },
     ]
    `);
  });
});

test.each<[string, Parameters<typeof modelServer>[1], string]>([
  [
    'a disk that default nodes lack',
    { model: 'Qwen/Qwen3-32B', accelerator: Accelerator.NVIDIA_L4, gpuCount: 8, maxModelLength: 8192 },
    'the pod asks for 87 GiB of disk, more than a node with the default boot disk of 100 GB has; give the node pool a larger one',
  ],
  [
    'capacity that is rarely sold on demand',
    { accelerator: Accelerator.NVIDIA_H100_80GB },
    'a3-highgpu-1g is rarely sold on demand; set spot or flexStart, or make sure of a reservation',
  ],
  [
    'a claim that several pods share',
    { cache: ModelCache.persistentVolumeClaim('weights'), replicas: 2 },
    'several replicas share one PersistentVolumeClaim; it must be ReadWriteMany',
  ],
])('warns of %s', (_case, props, message) => {
  const chart = newChart();
  modelServer(chart, props);

  expect(warningsOf(chart).map((warning) => warning.message)).toEqual([message]);
});

describe('escape hatches', () => {
  test('an override sets a field that no prop covers', () => {
    const chart = newChart();
    const server = modelServer(chart);
    override(server.resource, '/spec/template/spec/runtimeClassName', 'gvisor');

    expect(only(synth(chart), 'Deployment').spec.template.spec.runtimeClassName).toBe('gvisor');
  });

  test('a model that the catalogue lacks is described by its facts', () => {
    const chart = newChart();
    new ModelServer(chart, 'server', {
      accelerator: Accelerator.NVIDIA_L4,
      model: {
        id: 'acme/tiny',
        parametersBillion: 1,
        layers: 16,
        attentionHeads: 16,
        kvHeads: 8,
        headSize: 64,
        maxContext: 8192,
        gated: false,
      },
    });

    expect(only(synth(chart), 'Deployment').spec.template.spec.containers[0].args).toContain('--max-model-len=8192');
  });
});
