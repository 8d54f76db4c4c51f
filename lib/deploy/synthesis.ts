import { ApiObject, App, Chart, DependencyGraph } from 'cdk8s';
import { type Manifest } from './manifest';

/** One object of the charts. */
export interface SynthesizedObject {
  /** Construct path; unique in the app. */
  readonly path: string;
  readonly manifest: Manifest;
  /** Construct paths of objects that must be applied first, from `node.addDependency`. */
  readonly dependsOn: readonly string[];
}

/** Runs a chart program in an app of its own, validates it and renders every object. */
export function synthesize(build: (app: App) => unknown): readonly SynthesizedObject[] {
  const app = new App();
  // A promise would be lost: what is asked of `app` must be there when the function returns.
  const returned = build(app);
  if (returned instanceof Promise)
    throw new TypeError('the chart function is async; make its constructs before it returns');
  return app.charts.flatMap(objectsOf);
}

function objectsOf(chart: Chart): readonly SynthesizedObject[] {
  const manifests = chart.toJson() as readonly unknown[];
  // `toJson` renders the objects in this order.
  const objects = new DependencyGraph(chart.node)
    .topology()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .filter((object) => Chart.of(object) === chart);
  return objects.map((object, index) => ({
    path: object.node.path,
    manifest: plain(manifests[index]),
    dependsOn: object.node.dependencies.filter((other) => ApiObject.isApiObject(other)).map((other) => other.node.path),
  }));
}

/** What the API server would get: constructs may leave undefined fields behind. */
function plain(rendered: unknown): Manifest {
  return JSON.parse(JSON.stringify(rendered)) as Manifest;
}
