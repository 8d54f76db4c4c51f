import { type Json, type JsonRecord } from './wire';

/** One resource as the engine would keep it in the stack's state. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string | undefined;
  /** False for components. */
  readonly custom: boolean;
  /** Components that a provider plugin constructs, such as `kubernetes:yaml/v2:ConfigGroup`. */
  readonly remote: boolean;
  /** Read by `X.get(...)` or a StackReference; not managed by this stack. */
  readonly external: boolean;
  /** Undefined for components, and in a preview for what does not exist yet. */
  readonly id: string | undefined;
  readonly inputs: JsonRecord;
  readonly outputs: JsonRecord;
  /** Inputs that are secret, such as `stringData.token`. */
  readonly secretPaths: readonly string[];
  readonly secretOutputPaths: readonly string[];
  /** URNs. */
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of the explicit provider. */
  readonly provider: string | undefined;
  /** Providers that a component passes on, by package. */
  readonly providers: Readonly<Record<string, string>>;
  /** URNs that this resource had before. */
  readonly aliases: readonly string[];
  readonly options: ResourceOptions;
}

/** Options that change what the engine does; absent where the program left them out. */
export interface ResourceOptions {
  readonly protect?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly customTimeouts?: Readonly<Record<string, string>>;
  readonly deletedWith?: string;
  readonly import?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly hooks?: boolean;
}

/** What a plug-in is told about a resource besides its type and inputs. */
export interface ResourceInfo {
  readonly name: string;
  readonly urn: string;
  readonly custom: boolean;
  readonly project: string;
  readonly stack: string;
  /** Given by `X.get(...)`, or kept from the previous state. */
  readonly id: string | undefined;
}

/** What a provider would answer: outputs beside the inputs, and an `id`. */
export interface FakeOutputs {
  readonly id?: string;
  /** Outputs that are known only once the resource exists. */
  readonly outputs?: JsonRecord;
  /** Outputs that a preview of a new resource knows already, such as an automatic name. */
  readonly knownEarly?: JsonRecord;
  /** Outputs that are secret. */
  readonly secretOutputs?: readonly string[];
}

/** Stands for the providers; undefined passes the question on to the built-in fakes. */
export type OutputsFor = (type: string, inputs: JsonRecord, info: ResourceInfo) => FakeOutputs | undefined;

/** Stands for the functions of providers; undefined passes the question on to the built-in fakes. */
export type InvokeFor = (token: string, args: JsonRecord) => JsonRecord | undefined;

/** The only resource of a type, or the one of that name; fails with what there is. */
export function resourceOf(resources: readonly ResourceState[], type: string, name?: string): ResourceState {
  const ofType = resources.filter((resource) => resource.type === type);
  const found = name === undefined ? ofType : ofType.filter((resource) => resource.name === name);
  const only = found[0];
  if (only !== undefined && found.length === 1) return only;
  const known = (ofType.length > 0 ? ofType : resources).map((resource) => `  ${resource.type} ${resource.name}`);
  throw new Error(`${found.length} resources ${type} ${name ?? ''}; there are:\n${known.join('\n')}`);
}

export type { Json, JsonRecord };
