import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { PickerFlavor } from '../../core/picker/flavors';
import { failIfAny, type Problem } from '../../core/problem';
import { adaptFilter, adaptScorer } from '../scheduling/custom/adapters';
import { type CustomPlugin, TIME_LIMIT_MS } from '../scheduling/custom/definition';
import { FaultBreaker } from '../scheduling/custom/fault-breaker';
import { type CustomRunner, InProcessRunner } from '../scheduling/custom/runner';
import type { Filter, Scorer } from '../scheduling/plugin';
import { errorText } from '../scheduling/plugin-fault';
import type { PluginFactory } from '../scheduling/plugin-factory';
import { WorkerRunner } from './custom-plugin-runner';

/** Plugins of a team's own, loaded. */
export interface CustomPlugins {
  /** For `loadPickerConfig`. */
  readonly factories: readonly PluginFactory[];
  /** Starts the threads of the plugins that the configuration has. Throws one error with all that did not start. */
  start(): Promise<void>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** A definition and the module that it came from. */
interface Loaded {
  readonly definition: CustomPlugin;
  readonly module: string;
  readonly exportName: string;
}

interface Threaded {
  readonly name: string;
  readonly module: string;
  readonly runner: WorkerRunner;
}

/** Loads modules with `defineScorer` and `defineFilter`. Throws one `ValidationError` with all that is wrong. */
export function loadCustomPlugins(modules: readonly string[], now: () => number): CustomPlugins {
  const problems: Problem[] = [];
  const loaded = modules.flatMap((module) => loadModule(resolve(module), problems));
  problems.push(...loaded.flatMap((one, i) => checkType(one, loaded.slice(0, i))));
  failIfAny('--plugin', problems);
  const threads: Threaded[] = [];
  return {
    factories: loaded.map((one) => factoryOf(one, now, threads)),
    start: () => startAll(threads),
    close: async () => {
      await Promise.all(threads.map(({ runner }) => runner.close()));
    },
  };
}

function loadModule(module: string, problems: Problem[]): readonly Loaded[] {
  try {
    const exported: unknown = createRequire(__filename)(module);
    const found = definitionsIn(exported).map(([exportName, definition]) => ({ definition, module, exportName }));
    if (found.length === 0) {
      problems.push({
        what: `module ${module} has no plugin`,
        why: 'none of its exports was made by defineScorer or defineFilter',
        fix: 'export what defineScorer returns',
      });
    }
    return found;
  } catch (error) {
    problems.push({
      what: `module ${module} cannot be loaded`,
      why: errorText(error).split('\n', 1)[0] ?? '',
      fix: 'build it as one CommonJS file, such as by esbuild --bundle --platform=node',
    });
    return [];
  }
}

function definitionsIn(exported: unknown): readonly (readonly [string, CustomPlugin])[] {
  if (isDefinition(exported)) return [['', exported]];
  if (typeof exported !== 'object' || exported === null) return [];
  const all = Object.entries(exported).filter((entry): entry is [string, CustomPlugin] => isDefinition(entry[1]));
  // A module may give the same one as its default and under a name.
  return all.filter(([, definition], i) => all.findIndex(([, other]) => other === definition) === i);
}

function isDefinition(value: unknown): value is CustomPlugin {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, type, create } = value as Partial<Record<keyof CustomPlugin, unknown>>;
  return (kind === 'scorer' || kind === 'filter') && typeof type === 'string' && typeof create === 'function';
}

function checkType({ definition: { type }, module }: Loaded, before: readonly Loaded[]): readonly Problem[] {
  const what = `plugin type '${type}' of module ${module}`;
  const other = before.find(({ definition }) => definition.type === type);
  if (type in PickerFlavor.BUNDLED.plugins) {
    return [{ what, why: 'the picker has a plugin of that type', fix: 'give it another type' }];
  }
  if (other === undefined) return [];
  return [{ what, why: `module ${other.module} has one of that type too`, fix: 'give one of them another type' }];
}

function factoryOf(loaded: Loaded, now: () => number, threads: Threaded[]): PluginFactory<Scorer | Filter> {
  const { definition, module } = loaded;
  const { kind, type } = definition;
  return {
    type,
    kind,
    create(name, reader) {
      const parameters = definition.parameters?.(reader);
      const runner = runnerFor(loaded, parameters, now);
      if (runner instanceof WorkerRunner) threads.push({ name, module, runner });
      const instance = { type, name, runner, breaker: new FaultBreaker() };
      return kind === 'scorer' ? adaptScorer(instance) : adaptFilter(instance);
    },
  };
}

function runnerFor({ definition, module, exportName }: Loaded, parameters: unknown, now: () => number): CustomRunner {
  const { isolate = true, timeLimitMs = TIME_LIMIT_MS } = definition;
  return isolate
    ? new WorkerRunner({ module, exportName, parameters, timeLimitMs, now })
    : new InProcessRunner(definition, parameters, timeLimitMs, now);
}

async function startAll(threads: readonly Threaded[]): Promise<void> {
  const results = await Promise.allSettled(threads.map(({ runner }) => runner.start()));
  const problems = results.flatMap((result, i): readonly Problem[] => {
    if (result.status === 'fulfilled') return [];
    const { name, module } = threads[i] ?? { name: '', module: '' };
    const what = `plugin '${name}' of module ${module} does not start`;
    return [{ what, why: errorText(result.reason), fix: 'correct the module' }];
  });
  failIfAny('--plugin', problems);
}
