import { manifestReport } from '../../lib/cli/manifest-report';

const FILES = [
  { path: 'dist/llm.k8s.yaml', objects: [{ kind: 'Gateway', metadata: { name: 'llm' } }] },
  { path: 'dist/models.k8s.yaml', objects: [{ kind: 'InferencePool', metadata: { name: 'gemma' } }] },
];

test('lists every object with its file, in columns', () => {
  expect(manifestReport(FILES, [])).toMatchInlineSnapshot(`
   "FILE                  KIND           NAME
   dist/llm.k8s.yaml     Gateway        llm
   dist/models.k8s.yaml  InferencePool  gemma

   2 objects in 2 files
   no warnings"
  `);
});

test('lists warnings with the constructs that they come from', () => {
  const report = manifestReport(FILES, [{ path: 'llm/gateway', message: 'no route' }]);

  expect(report.split('\n').slice(-2)).toEqual(['1 warning:', '  llm/gateway: no route']);
});
