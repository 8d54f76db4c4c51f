import { INFERENCE_POOL_KIND, POOL_APIS } from '../../core/api-profile';
import { allOf, failIfAny, type Problem } from '../../core/problem';
import { type Fields, fieldsAt, labelsAt, listAt, numberAt, textAt } from './fields';
import { type ManifestFile, type ManifestObject, readObjects } from './object';
import { pickerBehind, selects } from './pickers';
import { gatewayOf } from './routes';
import { serverDeployment } from './servers';
import type { LocalBackend, LocalGateway, LocalPool, LocalService, ServerDeployment, Topology } from './topology';

const MODEL_KINDS = ['InferenceObjective', 'InferenceModelRewrite', 'InferenceModel'];

/**
 * What a local stack plays of manifests.
 * @throws ValidationError with everything that is missing or broken, by file and line
 */
export function readTopology(files: readonly ManifestFile[]): Topology {
  const read = files.map(readObjects);
  const objects = read.flatMap((file) => file.objects);
  const problems: Problem[] = read.flatMap((file) => file.problems);
  const servers = ofKind(objects, 'Deployment').flatMap((object) => serverDeployment(object) ?? []);
  const pools = ofKind(objects, INFERENCE_POOL_KIND).flatMap((object) => {
    const result = poolOf(object, servers, objects);
    problems.push(...result.problems);
    return result.pool ?? [];
  });
  const services = ofKind(objects, 'Service').flatMap((object) => serviceOf(object, servers));
  const gateways = ofKind(objects, 'Gateway').map((object) => gatewayOf(object, objects));
  problems.push(...checkWhole(objects, gateways, pools, services, files));
  failIfAny(files.map(({ path }) => path).join(', ') || 'manifests', problems);
  const modelObjects = objects.filter(({ kind }) => MODEL_KINDS.includes(kind)).map(({ fields }) => fields);
  return { gateways, pools, services, modelObjects };
}

function ofKind(objects: readonly ManifestObject[], kind: string): readonly ManifestObject[] {
  return objects.filter((object) => object.kind === kind);
}

function poolOf(
  object: ManifestObject,
  servers: readonly ServerDeployment[],
  objects: readonly ManifestObject[],
): { readonly pool?: LocalPool; readonly problems: readonly Problem[] } {
  const api = object.apiVersion === POOL_APIS.v1alpha2.apiVersion ? 'v1alpha2' : 'v1';
  const shape = shapeOf(object.fields, api);
  const mine = servers.filter(
    ({ namespace, podLabels }) => namespace === object.namespace && selects(shape.selector, podLabels),
  );
  const service = objects.find(
    ({ kind, name, namespace }) => kind === 'Service' && namespace === object.namespace && name === shape.pickerService,
  );
  const found =
    service === undefined
      ? { picker: undefined, problems: [noService(object, shape.pickerService)] }
      : pickerBehind(service, objects);
  const problems = [...found.problems, ...(mine.length === 0 ? [noServers(object, shape.selector)] : [])];
  if (found.picker === undefined) return { problems };
  const pool: LocalPool = {
    name: object.name,
    namespace: object.namespace,
    api,
    group: POOL_APIS[api].group,
    selector: shape.selector,
    ports: shape.ports,
    failureMode: shape.failureMode,
    servers: mine,
    picker: found.picker,
    where: object.where,
  };
  return { pool, problems };
}

interface PoolShape {
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly pickerService: string | undefined;
  readonly failureMode: 'FailOpen' | 'FailClose';
}

function shapeOf(fields: Fields, api: 'v1' | 'v1alpha2'): PoolShape {
  const spec = fieldsAt(fields, 'spec');
  const reference = fieldsAt(spec, api === 'v1' ? 'endpointPickerRef' : 'extensionRef');
  const single = numberAt(spec, 'targetPortNumber');
  return {
    selector: api === 'v1' ? labelsAt(fieldsAt(spec, 'selector'), 'matchLabels') : labelsAt(spec, 'selector'),
    ports:
      api === 'v1'
        ? listAt(spec, 'targetPorts').flatMap((port) => numberAt(port, 'number') ?? [])
        : single === undefined
          ? []
          : [single],
    pickerService: textAt(reference, 'name'),
    failureMode: textAt(reference, 'failureMode') === 'FailOpen' ? 'FailOpen' : 'FailClose',
  };
}

function serviceOf(object: ManifestObject, servers: readonly ServerDeployment[]): readonly LocalService[] {
  const spec = fieldsAt(object.fields, 'spec');
  const selector = labelsAt(spec, 'selector');
  const mine = servers.filter(
    ({ namespace, podLabels }) => namespace === object.namespace && selects(selector, podLabels),
  );
  const ports = listAt(spec, 'ports').flatMap((port) => numberAt(port, 'port') ?? []);
  return mine.length === 0 ? [] : [{ name: object.name, namespace: object.namespace, servers: mine, ports }];
}

function checkWhole(
  objects: readonly ManifestObject[],
  gateways: readonly LocalGateway[],
  pools: readonly LocalPool[],
  services: readonly LocalService[],
  files: readonly ManifestFile[],
): readonly Problem[] {
  if (gateways.length === 0) {
    const kinds = [...new Set(objects.map(({ kind }) => kind))];
    return [
      {
        what: `${files.map(({ path }) => path).join(', ') || 'no file'} has no Gateway`,
        why: `it has ${kinds.length === 0 ? 'no object at all' : allOf(kinds)}; without a Gateway nothing can be sent`,
        fix: 'give the files that cdk8s synth wrote, all of them',
      },
    ];
  }
  const known = new Set([
    ...ofKind(objects, INFERENCE_POOL_KIND).map((pool) => `InferencePool ${pool.namespace}/${pool.name}`),
    ...pools.map((pool) => `InferencePool ${pool.namespace}/${pool.name}`),
    ...services.map((service) => `Service ${service.namespace}/${service.name}`),
  ]);
  return gateways.flatMap(({ routes }) =>
    routes.flatMap((route) =>
      route.rules
        .flatMap(({ backends }) => backends)
        .filter((backend) => !known.has(`${backend.kind} ${backend.namespace}/${backend.name}`))
        .map((backend) => unknownBackend(route.name, backend)),
    ),
  );
}

function unknownBackend(route: string, { kind, namespace, name }: LocalBackend): Problem {
  return {
    what: `HTTPRoute ${route} leads to ${kind} ${namespace}/${name}`,
    why: kind === 'Service' ? 'the manifests have no model servers behind such a Service' : 'the manifests have none',
    fix: 'give the file with it too, or correct the route',
  };
}

function noService(pool: ManifestObject, service: string | undefined): Problem {
  return {
    what: `InferencePool ${pool.namespace}/${pool.name} (${pool.where}) asks the picker behind Service ${service ?? '(none)'}`,
    why: 'the manifests have no such Service',
    fix: 'give the file with the endpoint picker too',
  };
}

function noServers(pool: ManifestObject, selector: Readonly<Record<string, string>>): Problem {
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return {
    what: `InferencePool ${pool.namespace}/${pool.name} (${pool.where}) selects ${labels.join(',') || 'nothing'}`,
    why: 'no Deployment of vLLM servers in the manifests has pods with these labels',
    fix: 'give the file with the model server too, or correct the selector',
  };
}
