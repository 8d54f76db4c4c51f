import { type sendUnaryData, type ServerUnaryCall, status, StatusBuilder } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { type IResourceMonitorServer } from '@pulumi/pulumi/proto/resource_grpc_pb';
import { type Callback } from '@pulumi/pulumi/proto/callback_pb';
import { CheckFailure, InvokeResponse } from '@pulumi/pulumi/proto/provider_pb';
import {
  DeploymentInfo,
  type ReadResourceRequest,
  ReadResourceResponse,
  RegisterPackageResponse,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  type ResourceInvokeRequest,
  SupportsFeatureResponse,
} from '@pulumi/pulumi/proto/resource_pb';
import { Callbacks } from './callbacks';
import { FakeCloud } from './fake-cloud';
import { ignoreChanges, providerUrn, readRegistration, type Registration } from './registration';
import { type InvokeFor, type OutputsFor, type ResourceState } from './resource-state';
import { applyTransforms } from './transforms';
import { type Place, urnOf } from './urn';
import { decode, encode, type JsonRecord } from './wire';

/** How the monitor answers. */
export interface MonitorSettings extends Place {
  readonly preview: boolean;
  readonly outputsFor: OutputsFor;
  readonly invokeFor: InvokeFor;
  /** Outputs of other stacks, by the name that a StackReference gives. */
  readonly stackReferences: Readonly<Record<string, JsonRecord>>;
  readonly previousState: readonly ResourceState[];
}

/** The engine's side of the conversation about resources. */
export class ResourceMonitor {
  readonly #settings: MonitorSettings;
  readonly #cloud: FakeCloud;
  readonly #callbacks = new Callbacks();
  readonly #states = new Map<string, ResourceState>();
  readonly #previous: ReadonlyMap<string, ResourceState>;
  readonly #stackTransforms: Callback[] = [];
  readonly #transformsOf = new Map<string, readonly Callback[]>();
  #packages = 0;

  public constructor(settings: MonitorSettings) {
    this.#settings = settings;
    this.#cloud = new FakeCloud(settings.outputsFor, settings, settings.preview);
    this.#previous = new Map(settings.previousState.map((state) => [state.urn, state]));
  }

  /** Everything that the program registered, in order. */
  public get resources(): readonly ResourceState[] {
    return [...this.#states.values()];
  }

  public close(): void {
    this.#callbacks.close();
  }

  /** The gRPC service. */
  public service(): IResourceMonitorServer {
    return {
      supportsFeature: unary(() => new SupportsFeatureResponse().setHassupport(true)),
      getDeploymentInfo: unary(() => this.#deploymentInfo()),
      registerResource: unary((request) => this.#register(request)),
      registerResourceOutputs: unary((request) => this.#registerOutputs(request)),
      readResource: unary((request) => this.#read(request)),
      invoke: unary((request) => this.#invoke(request)),
      registerStackTransform: unary((callback) => {
        this.#stackTransforms.push(callback);
        return new Empty();
      }),
      registerPackage: unary(() => new RegisterPackageResponse().setRef(`package-${++this.#packages}`)),
      registerResourceHook: unary(() => new Empty()),
      registerErrorHook: unary(() => new Empty()),
      signalAndWaitForShutdown: unary(() => new Empty()),
      registerStackInvokeTransform: unary(() => unsupported('transforms of provider functions')),
      call: unary(() => unsupported('methods of remote components')),
    };
  }

  #deploymentInfo(): DeploymentInfo {
    const { project, stack, preview } = this.#settings;
    return new DeploymentInfo().setProject(project).setStack(stack).setDryrun(preview);
  }

  async #register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    const urn = urnOf(this.#settings, request.getType(), request.getName(), request.getParent() || undefined);
    const own = request.getTransformsList();
    this.#transformsOf.set(urn, own);
    await applyTransforms(request, [...own, ...this.#inherited(request.getParent())], this.#callbacks);
    const asked = readRegistration(request, this.#settings);
    const previous = this.#find(asked);
    const inputs = ignoreChanges(asked.inputs, previous?.inputs ?? asked.inputs, asked.options.ignoreChanges ?? []);
    const state = this.#keep({ ...asked, inputs }, previous);
    return new RegisterResourceResponse()
      .setUrn(state.urn)
      .setId(state.id ?? '')
      .setObject(encode(state.outputs, state.secretOutputPaths));
  }

  /** Transforms of all ancestors, nearest first, then those of the stack. */
  #inherited(parent: string): readonly Callback[] {
    const state = this.#states.get(parent);
    if (state === undefined) return this.#stackTransforms;
    return [...(this.#transformsOf.get(parent) ?? []), ...this.#inherited(state.parent ?? '')];
  }

  #find(asked: Registration): ResourceState | undefined {
    const known = [asked.urn, ...asked.aliases].find((urn) => this.#previous.has(urn));
    return known === undefined ? undefined : this.#previous.get(known);
  }

  #keep(asked: Registration, previous: ResourceState | undefined): ResourceState {
    if (this.#states.has(asked.urn)) throw new Error(`duplicate resource URN '${asked.urn}'; try a different name`);
    for (const urn of [...asked.dependencies, ...(asked.parent === undefined ? [] : [asked.parent])]) {
      if (!this.#states.has(urn)) throw new Error(`${asked.urn} depends on ${urn}, which is not registered`);
    }
    const state: ResourceState = { ...asked, ...this.#cloud.register(asked, previous) };
    this.#states.set(state.urn, state);
    return state;
  }

  #registerOutputs(request: RegisterResourceOutputsRequest): Empty {
    const state = this.#states.get(request.getUrn());
    if (state === undefined) throw new Error(`outputs of ${request.getUrn()}, which is not registered`);
    const { value, secretPaths } = decode(request.getOutputs());
    this.#states.set(state.urn, { ...state, outputs: value, secretOutputPaths: secretPaths });
    return new Empty();
  }

  #read(request: ReadResourceRequest): ReadResourceResponse {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent() || undefined];
    const { value: inputs, secretPaths } = decode(request.getProperties());
    const asked: Registration = {
      urn: urnOf(this.#settings, type, name, parent),
      ...{ type, name, parent, inputs, secretPaths },
      ...{ custom: true, remote: false, external: true },
      dependencies: request.getDependenciesList(),
      propertyDependencies: {},
      provider: providerUrn(request.getProvider()),
      ...{ providers: {}, aliases: [], options: {} },
    };
    const outcome =
      type === 'pulumi:pulumi:StackReference'
        ? this.#stackReference(request.getId())
        : this.#cloud.read(asked, request.getId());
    this.#states.set(asked.urn, { ...asked, id: request.getId(), ...outcome });
    return new ReadResourceResponse()
      .setUrn(asked.urn)
      .setProperties(encode(outcome.outputs, outcome.secretOutputPaths));
  }

  #stackReference(name: string): { outputs: JsonRecord; secretOutputPaths: readonly string[] } {
    const outputs = this.#settings.stackReferences[name];
    if (outputs === undefined) throw new Error(`unknown stack '${name}'; add it to stackReferences`);
    return { outputs: { name, outputs, secretOutputNames: [] }, secretOutputPaths: [] };
  }

  #invoke(request: ResourceInvokeRequest): InvokeResponse {
    const token = request.getTok();
    const { value: args } = decode(request.getArgs());
    const answer =
      token === 'pulumi:pulumi:getResource' ? this.#getResource(args) : this.#settings.invokeFor(token, args);
    if (answer !== undefined) return new InvokeResponse().setReturn(encode(answer));
    const reason = `no answer for provider function ${token}; add it to invokeFor`;
    return new InvokeResponse().setFailuresList([new CheckFailure().setReason(reason)]);
  }

  #getResource(args: JsonRecord): JsonRecord | undefined {
    const state = typeof args['urn'] === 'string' ? this.#states.get(args['urn']) : undefined;
    return state === undefined ? undefined : { urn: state.urn, id: state.id ?? '', state: state.outputs };
  }
}

function unsupported(what: string): never {
  throw new Error(`the stand-in of the Pulumi engine does not support ${what}`);
}

/** A handler whose errors reach the program as its resource's error. */
function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          callback(new StatusBuilder().withCode(status.UNKNOWN).withDetails(details).build());
        },
      );
  };
}
