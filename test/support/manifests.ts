import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { type Construct } from 'constructs';
import { type ApiProfile } from 'gke-inference-gateway';

/** A rendered Kubernetes object, loosely typed for assertions. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into specs of every kind
  readonly spec: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [field: string]: any;
}

/** A chart in an app of its own. */
export function newChart(namespace: string | null = 'inference', app: App = new App()): Chart {
  return new Chart(app, 'test', { disableResourceNameHashes: true, ...(namespace === null ? {} : { namespace }) });
}

/** Validates and renders every object of an app. */
export function synth(scope: Construct): readonly Manifest[] {
  // The root of every tree in these tests is an app.
  const { charts } = scope.node.root as unknown as App;
  return charts.flatMap((chart) => chart.toJson() as Manifest[]);
}

/** The one object of a kind. */
export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  if (found.length !== 1) throw new Error(`expected one ${kind}, found ${found.length}`);
  return found[0]!;
}

/** The object of a kind with a name. */
export function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  const names = manifests.filter((manifest) => manifest.kind === kind).map((manifest) => manifest.metadata.name);
  if (found === undefined) throw new Error(`no ${kind} '${name}' among ${names.join(', ') || 'none'}`);
  return found;
}

/** What synthesis refuses: the message without cdk8s' headline, or undefined when nothing is wrong. */
export function refusal(scope: Construct): string | undefined {
  try {
    synth(scope);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace('Validation failed with the following errors:\n  ', '');
  }
}

/** Runs a program of examples/ with another API profile than its author chose, and gives its app. */
export function loadExampleInProfile(name: string, profile: ApiProfile): App {
  let app: App | undefined;
  jest.isolateModules(() => {
    const actual = jest.requireActual<{ App: typeof App }>('cdk8s');
    class ProfiledApp extends actual.App {
      public constructor(...args: ConstructorParameters<typeof actual.App>) {
        super(...args);
        this.node.setContext('gke-inference-gateway/api-profile', profile);
      }
    }
    jest.doMock('cdk8s', () => ({ ...actual, App: ProfiledApp }));
    try {
      app = loadExample(name);
    } finally {
      jest.dontMock('cdk8s');
    }
  });
  return app!;
}

/** Runs a program of examples/ as a user would and gives its app. */
export function loadExample(name: string): App {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = folder;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the program runs when it is loaded
    const program = require(join(__dirname, '..', '..', 'examples', name)) as { app: App };
    return program.app;
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    rmSync(folder, { recursive: true });
  }
}
