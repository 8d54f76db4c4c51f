import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { CliPort } from '../../lib/cli/port';
import { type UpParts, upCommand } from '../../lib/cli/up';
import { manifestFile, stackManifests } from '../support/local/topologies';

const stack = stackManifests({ replicas: 2 });

/** A folder with manifests, as `cdk8s synth` leaves it. */
function folderOf(objects: readonly unknown[] = stack): string {
  const folder = mkdtempSync(join(tmpdir(), 'up-'));
  writeFileSync(join(folder, 'llm.k8s.yaml'), manifestFile(objects).text);
  return folder;
}

interface Running {
  readonly out: () => string;
  readonly error: () => string;
  /** Rejects where the command does. */
  readonly ended: Promise<unknown>;
  readonly interrupt: () => void;
  readonly exits: readonly number[];
  /** Waits until the output has a text. */
  readonly shows: (text: string) => Promise<void>;
}

function up(args: readonly string[], parts: UpParts = {}): Running {
  let [out, error] = ['', ''];
  const calls = new Set<() => void>();
  const exits: number[] = [];
  const port: CliPort = {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
    interactive: false,
    columns: 80,
    now: () => 0,
  };
  const command = upCommand(port, {
    interrupts: (call) => {
      calls.add(call);
      return () => void calls.delete(call);
    },
    forceExit: (code) => void exits.push(code),
    ...parts,
  });
  const ended = new Command()
    .addCommand(command)
    .parseAsync(['up', '--gateway=node', '--load-seconds=0', '--port=0', ...args], { from: 'user' });
  let over = false;
  ended.then(
    () => (over = true),
    () => (over = true),
  );
  return {
    out: () => out,
    error: () => error,
    ended,
    interrupt: () => {
      for (const call of [...calls]) call();
    },
    exits,
    shows: async (text) => {
      while (!out.includes(text) && !over) await new Promise(setImmediate);
    },
  };
}

const urlIn = (out: string): string => /http:\/\/localhost:\d+/.exec(out)?.[0] ?? '';

test('brings a stack up, says where, serves, and ends without anything left at Ctrl-C', async () => {
  const running = up([folderOf(), '--speed=100', '--compare=round-robin']);
  await running.shows('rr-llm-qwen-server-2 is ready');
  const url = urlIn(running.out());
  const served = await fetch(`${url}/v1/models`);
  await served.text();

  running.interrupt();
  await running.ended;

  expect(served.status).toBe(200);
  expect(running.out().replace(/localhost:\d+/g, 'localhost:PORT')).toContain(`
inference/llm-gateway on this machine, behind the Node proxy

  gateway                http://localhost:PORT
  compared: round-robin  http://localhost:PORT
  llm-qwen-server        2 x Qwen/Qwen3-8B on 1 x NVIDIA L4
  models                 Qwen/Qwen3-8B, support, code

  curl http://localhost:PORT/v1/chat/completions -H 'content-type: application/json' -d '{"model":"Qwen/Qwen3-8B","messages":[{"role":"user","content":"Hello"}]}'

`);
  expect(running.out()).toMatch(/stopped\n$/);
  expect(running.exits).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();
});

test('Ctrl-C in the middle of the start stops everything', async () => {
  const running = up([folderOf()]);
  running.interrupt();
  await running.ended;

  expect(running.error()).toBe('\nstopping; once more to stop at once\n');
  expect(running.out()).toMatch(/stopped\n$/);
  expect(running.out()).not.toContain('curl');
});

test('a second Ctrl-C ends the process at once', async () => {
  const running = up([folderOf()]);
  running.interrupt();
  running.interrupt();
  await running.ended;

  expect(running.exits).toEqual([130]);
});

test('serves a page where there is one, and stops it first', async () => {
  const log: string[] = [];
  const running = up([folderOf(), '--admin-port=4711'], {
    startAdmin: (given, port) => {
      log.push(`page of ${given.state().title} on ${port}`);
      return Promise.resolve({
        url: 'http://localhost:4711',
        stop: () => {
          log.push(`stopped with ${given.state().lanes[0]?.pods.length ?? 0} pods`);
          return Promise.resolve();
        },
      });
    },
  });
  await running.shows('http://localhost:4711');
  running.interrupt();
  await running.ended;

  expect(log).toEqual(['page of inference/llm-gateway on 4711', 'stopped with 2 pods']);
});

test('a page that cannot start leaves no stack', async () => {
  let url = '';
  const running = up([folderOf()], {
    startAdmin: (given) => {
      url = given.urls[0]?.url ?? '';
      return Promise.reject(new Error('no page'));
    },
  });

  await expect(running.ended).rejects.toThrow('no page');
  await expect(fetch(url)).rejects.toThrow();
});

test('a port in use is named with what to do', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;

  await expect(up([folderOf(), `--port=${port}`]).ended).rejects.toThrow(
    `  - port ${port}
      why: another program listens there
      fix: stop that program, or choose other ports with --port`,
  );
  blocker.close();
});

test('a missing ConfigMap is named with the file that wants it', async () => {
  const objects = stack.filter(({ kind }) => kind !== 'ConfigMap');

  await expect(up([folderOf(objects)]).ended).rejects.toThrow(
    /picker inference\/llm-qwen-picker \(.*llm\.k8s\.yaml:\d+\) reads \S+ from ConfigMap \S+\n {6}why: no ConfigMap of that name is in the manifests/,
  );
});

test('a broken manifest is named with its line', async () => {
  const folder = folderOf();
  writeFileSync(join(folder, 'broken.yaml'), 'kind: Pod\nmetadata: [');

  await expect(up([folder]).ended).rejects.toThrow(/broken\.yaml:\d+ is not YAML/);
});

test('no manifests at all is an error that says where they come from', async () => {
  const before = process.cwd();
  process.chdir(mkdtempSync(join(tmpdir(), 'empty-')));
  try {
    await expect(up([]).ended).rejects.toThrow(`up: 1 invalid setting
  - no manifests are named
      why: there is no folder dist here either
      fix: run npx cdk8s synth first, or name a program: npx inference-gateway up chart.ts`);
  } finally {
    process.chdir(before);
  }
});

test.each([
  ['--speed=fast', 'it must be a number from 0.001 to 1000'],
  ['--replicas=0', 'it must be a whole number from 1 to 64'],
  ['--port=1.5', 'it must be a whole number from 0 to 65000'],
])('%s is refused', async (option, why) => {
  await expect(up([folderOf(), option]).ended).rejects.toThrow(why);
});
