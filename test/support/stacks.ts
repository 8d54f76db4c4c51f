import { type Construct } from 'constructs';
import {
  Accelerator,
  EndpointPicker,
  type EndpointPickerOptions,
  GCPBackendPolicy,
  HealthCheckPolicy,
  InferencePool,
  type InferencePoolProps,
  ModelServer,
  type ModelServerProps,
  ServedModel,
  type ServedModelProps,
} from 'gke-inference-gateway';

/** Image of a bundled picker, as a team would have pushed it. */
export const PICKER_IMAGE = 'registry.example.com/endpoint-picker:1.0.0';

/** The smallest model server without a warning: no token needed, fits one L4. */
export const SMALL_SERVER: ModelServerProps = {
  model: 'Qwen/Qwen3-0.6B',
  accelerator: Accelerator.NVIDIA_L4,
};

/** A model server with just the settings under test. */
export function modelServer(scope: Construct, props: Partial<ModelServerProps> = {}): ModelServer {
  return new ModelServer(scope, 'server', { ...SMALL_SERVER, ...props });
}

/** A served model with just the settings under test. */
export function servedModel(scope: Construct, props: Partial<ServedModelProps> = {}, id = 'model'): ServedModel {
  return new ServedModel(scope, id, {
    ...SMALL_SERVER,
    monitoring: false,
    ...props,
    picker: { image: PICKER_IMAGE, ...props.picker },
  });
}

/** A pool with a picker and policies over a model server, each made by hand. */
export function pool(
  scope: Construct,
  props: Partial<InferencePoolProps> = {},
  picker: EndpointPickerOptions | false = {},
): InferencePool {
  const member = props.modelServer ?? modelServer(scope);
  const made = new InferencePool(scope, 'pool', { ...props, modelServer: member });
  if (picker !== false) new EndpointPicker(scope, 'picker', { image: PICKER_IMAGE, ...picker, pool: made });
  new HealthCheckPolicy(scope, 'health-check', { pool: made });
  new GCPBackendPolicy(scope, 'backend-policy', { pool: made });
  return made;
}
