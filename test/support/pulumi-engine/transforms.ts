import { type Callback } from '@pulumi/pulumi/proto/callback_pb';
import {
  type RegisterResourceRequest,
  TransformRequest,
  TransformResourceOptions,
  TransformResponse,
} from '@pulumi/pulumi/proto/resource_pb';
import { type Callbacks } from './callbacks';

/** Runs the transforms of a resource over its registration, which is changed in place. */
export async function applyTransforms(
  request: RegisterResourceRequest,
  transforms: readonly Callback[],
  callbacks: Callbacks,
): Promise<void> {
  for (const transform of transforms) {
    const message = new TransformRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setCustom(request.getCustom())
      .setParent(request.getParent())
      .setProperties(request.getObject())
      .setOptions(optionsOf(request));
    const answer = await callbacks.call(transform, message.serializeBinary());
    const response = TransformResponse.deserializeBinary(answer);
    if (response.hasProperties()) request.setObject(response.getProperties());
    const options = response.getOptions();
    if (options !== undefined) writeOptions(request, options);
  }
}

function optionsOf(request: RegisterResourceRequest): TransformResourceOptions {
  const options = new TransformResourceOptions()
    .setDependsOnList(request.getDependenciesList())
    .setIgnoreChangesList(request.getIgnorechangesList())
    .setReplaceOnChangesList(request.getReplaceonchangesList())
    .setVersion(request.getVersion())
    .setAliasesList(request.getAliasesList())
    .setProvider(request.getProvider())
    .setCustomTimeouts(request.getCustomtimeouts())
    .setPluginDownloadUrl(request.getPlugindownloadurl())
    .setDeletedWith(request.getDeletedwith())
    .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList())
    .setImport(request.getImportid());
  const [protect, retain] = [request.getProtect(), request.getRetainondelete()];
  if (protect !== undefined) options.setProtect(protect);
  if (retain !== undefined) options.setRetainOnDelete(retain);
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  request.getProvidersMap().forEach((reference, name) => options.getProvidersMap().set(name, reference));
  return options;
}

function writeOptions(request: RegisterResourceRequest, options: TransformResourceOptions): void {
  request
    .setDependenciesList(options.getDependsOnList())
    .setIgnorechangesList(options.getIgnoreChangesList())
    .setReplaceonchangesList(options.getReplaceOnChangesList())
    .setVersion(options.getVersion())
    .setAliasesList(options.getAliasesList())
    .setProvider(options.getProvider())
    .setCustomtimeouts(options.getCustomTimeouts())
    .setPlugindownloadurl(options.getPluginDownloadUrl())
    .setDeletedwith(options.getDeletedWith())
    .setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList())
    .setImportid(options.getImport());
  const [protect, retain, deleteFirst] = [
    options.getProtect(),
    options.getRetainOnDelete(),
    options.getDeleteBeforeReplace(),
  ];
  if (protect !== undefined) request.setProtect(protect);
  if (retain !== undefined) request.setRetainondelete(retain);
  if (deleteFirst !== undefined) request.setDeletebeforereplace(deleteFirst).setDeletebeforereplacedefined(true);
}
