import { parseClusterOutputs } from '../../../lib/core/gke/cluster-outputs';

const OUTPUTS = {
  project: 'my-project',
  location: 'us-central1',
  region: 'us-central1',
  clusterName: 'llm',
  workloadPool: 'my-project.svc.id.goog',
};

describe('parseClusterOutputs', () => {
  it('reads what a stack printed', () => {
    expect(parseClusterOutputs(JSON.parse(JSON.stringify(OUTPUTS)))).toEqual(OUTPUTS);
    const all = { ...OUTPUTS, nodeServiceAccount: 'n@p', proxyRange: '10.9.0.0/23' };
    expect(parseClusterOutputs(all)).toEqual(all);
  });

  it('drops what it does not know', () => {
    expect(parseClusterOutputs({ ...OUTPUTS, kubeconfig: 'secret' })).toEqual(OUTPUTS);
  });

  it('names everything that is missing', () => {
    expect(() => parseClusterOutputs({ project: 'p', location: 7, proxyRange: '' }))
      .toThrowErrorMatchingInlineSnapshot(`
     "cluster outputs: 5 invalid settings
       - location is not a text
           why: the cluster stack exports it as part of \`outputs\`
           fix: export \`cluster.outputs\` and run \`pulumi stack output outputs --json\` again
       - region is missing
           why: the cluster stack exports it as part of \`outputs\`
           fix: export \`cluster.outputs\` and run \`pulumi stack output outputs --json\` again
       - clusterName is missing
           why: the cluster stack exports it as part of \`outputs\`
           fix: export \`cluster.outputs\` and run \`pulumi stack output outputs --json\` again
       - workloadPool is missing
           why: the cluster stack exports it as part of \`outputs\`
           fix: export \`cluster.outputs\` and run \`pulumi stack output outputs --json\` again
       - proxyRange is not a text
           why: the cluster stack exports it as part of \`outputs\`
           fix: export \`cluster.outputs\` and run \`pulumi stack output outputs --json\` again"
    `);
  });

  it.each([null, undefined, 'text', [], 3])('refuses %j', (value) => {
    expect(() => parseClusterOutputs(value)).toThrow('5 invalid settings');
  });
});
