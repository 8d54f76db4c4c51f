import { Yaml } from 'cdk8s';
import { type k8s } from 'cdk8s-plus-28';
import { type ModelServerSettings } from './model-server-settings';

const CONFIG_FILE = 'configmap.yaml';
const CONFIG_VOLUME = 'lora-adapters';
const CONFIG_MOUNT = '/config';

/** What the sidecar that loads adapters adds to the pod. */
export interface LoraSyncer {
  readonly container: k8s.Container;
  readonly volume: k8s.Volume;
}

/** The sidecar of a server whose adapters are loaded while it runs. */
export function loraSyncer(
  { plan, props }: ModelServerSettings,
  configMap: string | undefined,
): LoraSyncer | undefined {
  if (plan.lora?.loading !== 'dynamic' || configMap === undefined) return undefined;
  return {
    container: {
      name: 'lora-adapter-syncer',
      image: props.adapterSyncerImage ?? '',
      // An init container that always restarts is a sidecar: it starts first and stops last.
      restartPolicy: 'Always',
      env: [{ name: 'DYNAMIC_LORA_ROLLOUT_CONFIG', value: `${CONFIG_MOUNT}/${CONFIG_FILE}` }],
      // The whole directory: a single mounted file would never see the ConfigMap change.
      volumeMounts: [{ name: CONFIG_VOLUME, mountPath: CONFIG_MOUNT, readOnly: true }],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
    volume: { name: CONFIG_VOLUME, configMap: { name: configMap } },
  };
}

/** Data of the ConfigMap that the sidecar follows. */
export function loraSyncerConfig({ plan }: ModelServerSettings, name: string): Record<string, string> {
  const models = (plan.lora?.adapters ?? []).map(({ name: id, source }) => ({
    id,
    source,
    'base-model': plan.servedName,
  }));
  const config = {
    vLLMLoRAConfig: {
      host: 'localhost',
      port: plan.port,
      name,
      defaultBaseModel: plan.servedName,
      ensureExist: { models },
      ensureNotExist: { models: [] },
    },
  };
  return { [CONFIG_FILE]: Yaml.stringify(config) };
}
