import { Image, type ImageArgs } from '@pulumi/docker-build';
import {
  Repository,
  type RepositoryArgs,
  RepositoryIamMember,
  type RepositoryIamMemberArgs,
} from '@pulumi/gcp/artifactregistry';
import { type Service, type ServiceArgs } from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';
import { isZone, regionOf } from '../core/gke/locations';
import { GoogleApis } from '../core/gke/services';
import { problemsOf, type Problem } from '../core/problem';
import { childOf, refuseIfAny, typeToken } from './component';
import { enableServices } from './google-services';
import { bundledPickerContext, checkBuildContext, portablePath } from './picker-context';
import { applyTransform, type Transforms } from './transform';

/** Children of EndpointPickerImage whose arguments can be changed. */
export type EndpointPickerImageTransforms = Transforms<{
  repository: RepositoryArgs;
  image: ImageArgs;
  reader: RepositoryIamMemberArgs;
  service: ServiceArgs;
}>;

/** Arguments of {@link EndpointPickerImage}. */
export interface EndpointPickerImageArgs {
  /** Project of the repository. */
  readonly project: pulumi.Input<string>;
  /** Region of the repository, best the cluster's. */
  readonly location: string;
  /**
   * Id of the repository, in Artifact Registry.
   * @default - the component's name
   */
  readonly repositoryId?: string;
  /**
   * Make the repository. Off, repositoryId names one that exists.
   * @default true
   */
  readonly createRepository?: boolean;
  /**
   * Name of the image in the repository.
   * @default 'endpoint-picker'
   */
  readonly imageName?: string;
  /**
   * Tag that is pushed beside the digest; pods use the digest.
   * @default 'latest'
   */
  readonly tag?: string;
  /**
   * Folder with a Dockerfile. A team with scorers of its own gives one that starts from the bundled image.
   * @default - the picker that this package brings
   */
  readonly context?: string;
  /**
   * Values of the Dockerfile's `ARG`s. They stay in the image: no secrets.
   * @default - none
   */
  readonly buildArgs?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Processor architectures of the nodes that run the picker.
   * @default ['linux/amd64']
   */
  readonly platforms?: readonly ('linux/amd64' | 'linux/arm64')[];
  /**
   * Members that may pull, such as `serviceAccount:...`. Nodes made by InferenceCluster may already.
   * @default - none
   */
  readonly readers?: readonly pulumi.Input<string>[];
  /**
   * Password or token for the registry's user `oauth2accesstoken`.
   * @default - the login that Docker has, from `gcloud auth configure-docker`
   */
  readonly registryToken?: pulumi.Input<string>;
  /**
   * Enable the Google APIs that the repository needs.
   * @default true
   */
  readonly enableApis?: boolean;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: EndpointPickerImageTransforms;
}

/** The endpoint picker's image, built on this machine and pushed to a repository of the project. */
export class EndpointPickerImage extends pulumi.ComponentResource {
  /** The image by its digest, `us-central1-docker.pkg.dev/P/R/endpoint-picker@sha256:...`. */
  public readonly ref: pulumi.Output<string>;
  /** The repository, undefined where it existed before. */
  public readonly repository: Repository | undefined;
  public readonly image: Image;
  public readonly readers: readonly RepositoryIamMember[];

  public constructor(name: string, args: EndpointPickerImageArgs, opts?: pulumi.ComponentResourceOptions) {
    const context = args.context ?? bundledPickerContext();
    refuseIfAny(name, checkArgs(args, args.repositoryId ?? name, context));
    super(typeToken('EndpointPickerImage'), name, {}, opts);

    const repositoryId = args.repositoryId ?? name;
    const host = `${args.location}-docker.pkg.dev`;
    const imageName = pulumi.interpolate`${host}/${args.project}/${repositoryId}/${args.imageName ?? 'endpoint-picker'}`;
    this.repository = args.createRepository === false ? undefined : this.#makeRepository(name, args, repositoryId);
    this.readers = this.#makeReaders(name, args, repositoryId);
    const imageArgs = applyTransform<ImageArgs>(args.transform?.image, imageConfig(args, context, host, imageName));
    const dependsOn = this.repository === undefined ? [] : [this.repository];
    this.image = new Image(name, imageArgs, childOf(this, { dependsOn }));
    this.ref = pulumi.interpolate`${imageName}@${this.image.digest}`;
    this.registerOutputs({ ref: this.ref });
  }

  #makeRepository(name: string, args: EndpointPickerImageArgs, repositoryId: string): Repository {
    const { project, transform } = args;
    const services: readonly Service[] =
      args.enableApis === false
        ? []
        : enableServices(this, name, { project, services: GoogleApis.IMAGES, transform: transform?.service });
    const repositoryArgs = applyTransform<RepositoryArgs>(transform?.repository, {
      project,
      location: args.location,
      repositoryId,
      format: 'DOCKER',
      description: 'Endpoint pickers of GKE Inference Gateway',
    });
    return new Repository(`${name}-repository`, repositoryArgs, childOf(this, { dependsOn: [...services] }));
  }

  #makeReaders(name: string, args: EndpointPickerImageArgs, repositoryId: string): readonly RepositoryIamMember[] {
    return (args.readers ?? []).map((member, i) => {
      const readerArgs = applyTransform<RepositoryIamMemberArgs>(args.transform?.reader, {
        project: args.project,
        location: args.location,
        repository: this.repository?.repositoryId ?? repositoryId,
        role: 'roles/artifactregistry.reader',
        member,
      });
      return new RepositoryIamMember(`${name}-reader-${i}`, readerArgs, childOf(this));
    });
  }
}

function imageConfig(
  args: EndpointPickerImageArgs,
  context: string,
  host: string,
  imageName: pulumi.Output<string>,
): ImageArgs {
  return {
    tags: [pulumi.interpolate`${imageName}:${args.tag ?? 'latest'}`],
    // A path that is the same on every machine; an absolute one would look like a change.
    context: { location: portablePath(context) },
    platforms: [...(args.platforms ?? (['linux/amd64'] as const))],
    push: true,
    // A preview should need neither Docker nor the network.
    buildOnPreview: false,
    ...(args.buildArgs === undefined ? {} : { buildArgs: { ...args.buildArgs } }),
    ...(args.registryToken === undefined
      ? {}
      : {
          registries: [{ address: host, username: 'oauth2accesstoken', password: pulumi.secret(args.registryToken) }],
        }),
  };
}

/** @see https://cloud.google.com/artifact-registry/docs/repositories/create-repos */
const REPOSITORY_ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

function checkArgs(args: EndpointPickerImageArgs, repositoryId: string, context: string): readonly Problem[] {
  const { location } = args;
  return problemsOf(
    isZone(location)
      ? {
          what: `location '${location}' is a zone`,
          why: 'repositories live in a region',
          fix: `use '${regionOf(location)}'`,
        }
      : undefined,
    REPOSITORY_ID.test(repositoryId)
      ? undefined
      : {
          what: `repositoryId '${repositoryId}' is not valid`,
          why: 'it has at most 63 lower-case letters, digits and -, and starts with a letter',
          fix: "use an id such as 'inference'",
        },
    checkBuildContext(context, args.context === undefined),
  );
}
