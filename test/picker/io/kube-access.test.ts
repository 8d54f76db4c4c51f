import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const SOURCE = join(__dirname, '../../../lib/picker/io/kube-access.ts');

let folder: string;

// The client library is made of ES modules, which jest does not load: the access is bundled, as the picker is, and run
// by itself.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kube-access-'));
  await build({
    entryPoints: [SOURCE],
    outfile: join(folder, 'access.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a process says of its access: its server, headers before and after the token changed, and its agents. */
function run(kubeconfig: string | undefined, env: Record<string, string> = {}): Record<string, unknown> {
  const program = `
    const { loadKubeAccess } = require('./access.js');
    loadKubeAccess(${JSON.stringify(kubeconfig)}).then(async (access) => {
      const first = await access.credentials();
      const second = await access.credentials();
      console.log(JSON.stringify({
        server: access.server.href,
        headers: first.headers,
        sameAgent: first.agent === second.agent,
        cert: first.agent.options.cert && Buffer.from(first.agent.options.cert).toString(),
      }));
    }).catch((error) => console.log(JSON.stringify({ error: error.message })));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function kubeconfig(user: object, cluster: object = {}): string {
  const path = join(folder, 'config');
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

test('a file with a token gives access', () => {
  expect(run(kubeconfig({ token: 'secret' }))).toMatchObject({
    server: 'https://10.0.0.1:6443/',
    headers: { Authorization: 'Bearer secret' },
    sameAgent: true,
  });
});

test('a file with a client certificate gives access', () => {
  const user = { 'client-certificate-data': Buffer.from('CERT').toString('base64') };

  expect(run(kubeconfig(user))).toMatchObject({ cert: 'CERT', sameAgent: true });
});

test('without a file the one that KUBECONFIG names gives access', () => {
  expect(run(undefined, { KUBECONFIG: kubeconfig({ token: 'of-env' }) })).toMatchObject({
    headers: { Authorization: 'Bearer of-env' },
  });
});

test('a file without a current context is an error', () => {
  writeFileSync(join(folder, 'empty'), '{"clusters":[],"users":[],"contexts":[]}');

  expect(run(join(folder, 'empty'))).toEqual({
    error: 'the kubeconfig has no current context; set one, or name another file',
  });
});

test('a file that is not there is an error', () => {
  expect(run(join(folder, 'none'))['error']).toContain('ENOENT');
});

test("in a pod the pod's own account is used", () => {
  const env = {
    KUBERNETES_SERVICE_HOST: 'fd00::1',
    KUBERNETES_SERVICE_PORT: '443',
    KUBECONFIG: kubeconfig({ token: 'x' }),
  };

  // The token of the account is not mounted here.
  expect(run(undefined, env)['error']).toContain('/var/run/secrets/kubernetes.io/serviceaccount');
});
