import * as pulumi from '@pulumi/pulumi';

/** The promises behind an output; Pulumi hides them from its types. */
interface Internals<T> {
  promise(): Promise<T>;
  allResources(): Promise<unknown>;
  readonly isKnown: Promise<unknown>;
  readonly isSecret: Promise<unknown>;
}

/** Value of an output, or the error that it was rejected with, heard on every promise behind it. */
export async function settled<T>(output: pulumi.Output<T>): Promise<T> {
  const internals = output as unknown as Internals<T>;
  await Promise.allSettled([internals.isKnown, internals.isSecret, internals.allResources()]);
  return internals.promise();
}

/** A registration as a provider would see it. */
export type Recorded = pulumi.runtime.MockResourceArgs;

/** Replaces the engine by mocks that answer with the inputs and the given extra outputs; returns what gets registered. */
export async function recordResources(
  extra: (type: string) => Record<string, unknown> = () => ({}),
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: (args) => {
      recorded.push(args);
      const inputs = args.inputs as Record<string, unknown>;
      return { id: `${args.name}-id`, state: { ...inputs, ...extra(args.type) } };
    },
  });
  return recorded;
}
