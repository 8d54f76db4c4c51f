import type { Provider } from '@pulumi/kubernetes/provider';
import { ConfigFile, type ConfigFileArgs } from '@pulumi/kubernetes/yaml/v2';
import type * as pulumi from '@pulumi/pulumi';
import { apiProfile, type ApiProfileLike } from '../core/api-profile';
import { customResourcesFor } from '../core/gke/custom-resources';
import { childOf } from './component';
import { applyTransform, type Transform } from './transform';

/** Which definitions to install, and through which provider. */
export interface CustomResourcesPlan {
  readonly apiProfile: ApiProfileLike;
  readonly urls: Readonly<Record<string, string>>;
  readonly provider: Provider;
  readonly transform: Transform<ConfigFileArgs> | undefined;
}

/**
 * Installs the definitions that GKE does not. The provider, not this program, downloads them, so that a preview of a
 * cluster that is not there yet works offline.
 */
export function installCustomResources(
  parent: pulumi.Resource,
  name: string,
  plan: CustomResourcesPlan,
): readonly ConfigFile[] {
  return customResourcesFor(apiProfile(plan.apiProfile)).map((source) => {
    const args = applyTransform<ConfigFileArgs>(plan.transform, { file: plan.urls[source.name] ?? source.url });
    return new ConfigFile(`${name}-crd-${source.name}`, args, childOf(parent, { provider: plan.provider }));
  });
}
