import * as pulumi from '@pulumi/pulumi';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import type { RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';

/** A resource as the engine got it. */
export interface RecordedResource {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Logical name of the parent; undefined for those at the top. */
  readonly parent: string | undefined;
  /** Type token of the parent; components of different types may share a name. */
  readonly parentType: string | undefined;
  /** Inputs, secrets included in plain. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of inputs that were sent as secrets, such as `stringData.token`. */
  readonly secretInputs: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** Logical names of what must be there before, by option or by input. */
  readonly dependsOn: readonly string[];
  /** Logical name of the provider; undefined for the default one. */
  readonly provider: string | undefined;
  readonly ignoreChanges: readonly string[];
  readonly custom: boolean;
  readonly remote: boolean;
  readonly protect: boolean;
}

/** A call of a provider's function. */
export interface RecordedCall {
  readonly token: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the cloud would answer. */
export interface CloudAnswers {
  /** Outputs of resources by type token, beside their inputs. */
  readonly outputs?: Readonly<Record<string, (name: string) => Readonly<Record<string, unknown>>>>;
  /** Results of functions by token. */
  readonly calls?: Readonly<
    Record<string, (inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>
  >;
  /** Leave outputs unknown, as in a preview. */
  readonly preview?: boolean;
}

/** Everything that a program registered, in order. */
export class Recording<Result> {
  public constructor(
    public readonly result: Result,
    public readonly resources: readonly RecordedResource[],
    public readonly calls: readonly RecordedCall[],
  ) {}

  /** Resources whose type token ends with these parts: `NodePool`, `container/nodePool:NodePool`. */
  public all(type: string): readonly RecordedResource[] {
    return this.resources.filter((resource) =>
      `/${resource.type}`.replaceAll(':', '/').endsWith(`/${type.replaceAll(':', '/')}`),
    );
  }

  /** The one resource of a type, or the one of that logical name. */
  public one(type: string, name?: string): RecordedResource {
    const found = this.all(type).filter((resource) => name === undefined || resource.name === name);
    const [first] = found;
    if (first === undefined || found.length > 1) {
      const names = this.resources.map((resource) => `${resource.type} ${resource.name}`).join('\n  ');
      throw new Error(`${found.length} resources of type ${type} ${name ?? ''} among\n  ${names}`);
    }
    return first;
  }

  /** Type, name and parent of each resource, sorted: Pulumi registers what does not wait in any order. */
  public tree(): readonly string[] {
    return this.resources.map(({ type, name, parent }) => `${parent ?? '-'} > ${type} ${name}`).sort();
  }
}

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/**
 * Runs a Pulumi program against mocks and records what it registers. What it throws goes through; use
 * {@link recordRefusal} to see what it registered before.
 */
export async function recordResources<Result>(
  program: () => Result | Promise<Result>,
  answers: CloudAnswers = {},
): Promise<Recording<Result>> {
  const recorder = await startRecording(answers);
  const result = await program();
  await pulumi.runtime.disconnect();
  return new Recording(result, recorder.resources, recorder.calls);
}

/** Runs a program that must throw; the error, and how many resources had been registered. */
export async function recordRefusal(
  program: () => unknown,
): Promise<{ readonly error: Error; readonly resources: readonly RecordedResource[] }> {
  const recorder = await startRecording({});
  try {
    await program();
  } catch (error) {
    await pulumi.runtime.disconnect();
    if (error instanceof Error) return { error, resources: recorder.resources };
    throw error;
  }
  throw new Error('the program was not refused');
}

/** The value of an output, and whether it is a secret. */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<{ readonly value: T; readonly secret: boolean }> {
  const secret = await pulumi.isSecret(output);
  const value = await new Promise<T>((resolve) => {
    output.apply((known) => {
      // Tests read values whose every part is known: the unwrapped type is the type.
      resolve(known);
    });
  });
  return { value, secret };
}

interface Recorder {
  readonly resources: RecordedResource[];
  readonly calls: RecordedCall[];
}

async function startRecording(answers: CloudAnswers): Promise<Recorder> {
  const recorder: Recorder = { resources: [], calls: [] };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...plain(inputs), ...defaultOutputs(type, name, plain(inputs)), ...answers.outputs?.[type]?.(name) },
      }),
      call: ({ token, inputs }) => {
        const known = plain(inputs);
        recorder.calls.push({ token, inputs: known });
        return answers.calls?.[token]?.(known) ?? defaultResult(token, known);
      },
    },
    'project',
    'stack',
    answers.preview ?? false,
  );
  const monitor = mockMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (
    request: RegisterResourceRequest,
    callback: (error: unknown, response: unknown) => void,
  ) => {
    // The root of every stack is not part of the program.
    if (request.getType() !== 'pulumi:pulumi:Stack') recorder.resources.push(recorded(request));
    await register(request, callback);
  };
  return recorder;
}

/** The mocks' monitor: mocks themselves are told neither parents nor dependencies. */
function mockMonitor(): MockMonitor {
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (monitor instanceof MockMonitor) return monitor;
  throw new Error('no mocks are set');
}

function recorded(request: RegisterResourceRequest): RecordedResource {
  const raw: unknown = request.getObject()?.toJavaScript() ?? {};
  const parent = request.getParent();
  const top = parent === '' || parent.includes('pulumi:pulumi:Stack::');
  const provider = request.getProvider();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: top ? undefined : nameOf(parent),
    parentType: top ? undefined : typeOf(parent),
    inputs: plain(raw),
    secretInputs: secretPaths(raw),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    dependsOn: [...new Set(request.getDependenciesList().map(nameOf))].sort(),
    provider: provider === '' ? undefined : nameOf(provider.slice(0, provider.lastIndexOf('::'))),
    ignoreChanges: request.getIgnorechangesList(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    protect: request.getProtect() ?? false,
  };
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf('::') + 2);
}

/** The type in a URN, without the types of its parents. */
function typeOf(urn: string): string {
  const qualified = urn.split('::')[2] ?? '';
  return qualified.slice(qualified.lastIndexOf('$') + 1);
}

function isSecret(value: object): value is { readonly value: unknown } {
  return SIGNATURE in value && value[SIGNATURE] === SECRET;
}

/** A value without the wrappings of secrets. */
function plain(value: unknown): Readonly<Record<string, unknown>> {
  const unwrapped = unwrap(value);
  return typeof unwrapped === 'object' && unwrapped !== null ? (unwrapped as Record<string, unknown>) : {};
}

function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unwrap);
  if (isSecret(value)) return unwrap(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
}

function secretPaths(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isSecret(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => secretPaths(inner, path === '' ? key : `${path}.${key}`));
}

/** Outputs that programs read, as the cloud would fill them in. */
function defaultOutputs(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const own = typeof inputs['name'] === 'string' ? inputs['name'] : name;
  switch (type) {
    case 'gcp:container/cluster:Cluster':
      return {
        name: own,
        endpoint: '203.0.113.10',
        masterAuth: { clusterCaCertificate: 'Q0E=' },
        controlPlaneEndpointsConfig: {
          dnsEndpointConfig: { endpoint: 'gke-0123.us-central1.gke.goog', allowExternalTraffic: true },
        },
      };
    case 'gcp:serviceaccount/account:Account':
      return {
        email: `${name}@my-project.iam.gserviceaccount.com`,
        name: `projects/my-project/serviceAccounts/${name}`,
      };
    case 'gcp:compute/address:Address':
      return { name: own, address: '198.51.100.7' };
    case 'docker-build:index:Image':
      return { digest: `sha256:${'0'.repeat(64)}`, ref: 'ref' };
    default:
      return type.startsWith('kubernetes:') ? {} : { name: own };
  }
}

function defaultResult(token: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (token === 'gcp:organizations/getProject:getProject') return { ...inputs, number: '123456789012' };
  if (token === 'gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess') {
    return { ...inputs, secretData: 'hf_from_secret_manager' };
  }
  return { ...inputs };
}
