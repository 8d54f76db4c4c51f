import { type Alias } from '@pulumi/pulumi/proto/alias_pb';

export const STACK_TYPE = 'pulumi:pulumi:Stack';

/** Where names live. */
export interface Place {
  readonly project: string;
  readonly stack: string;
}

/** The engine's name of a resource: the types of its ancestors, its own type and its name. */
export function urnOf(place: Place, type: string, name: string, parent: string | undefined): string {
  const above = parent === undefined ? undefined : qualifiedType(parent);
  const qualified = above === undefined || above === STACK_TYPE ? type : `${above}$${type}`;
  return `urn:pulumi:${place.stack}::${place.project}::${qualified}::${name}`;
}

/** URNs that the aliases of a resource stand for. Aliases that a parent's aliases imply are not followed. */
export function aliasUrns(aliases: readonly Alias[], place: Place, own: AliasDefaults): readonly string[] {
  return aliases.map((alias) => {
    const spec = alias.getSpec();
    if (spec === undefined) return alias.getUrn();
    const parent = spec.getNoparent() ? undefined : spec.getParenturn() || own.parent;
    const there = { project: spec.getProject() || place.project, stack: spec.getStack() || place.stack };
    return urnOf(there, spec.getType() || own.type, spec.getName() || own.name, parent);
  });
}

export interface AliasDefaults {
  readonly type: string;
  readonly name: string;
  readonly parent: string | undefined;
}

function qualifiedType(urn: string): string {
  return urn.split('::')[2] ?? '';
}
