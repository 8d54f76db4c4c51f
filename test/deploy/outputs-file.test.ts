import { parseStackOutputs } from '../../lib/deploy/outputs-file';

describe('parseStackOutputs', () => {
  it('reads the texts that are asked for', () => {
    const outputs = parseStackOutputs('{"image":"a@sha256:1","address":"b","other":{"c":1}}', ['image', 'address']);

    expect(outputs).toEqual({ image: 'a@sha256:1', address: 'b' });
  });

  it('names everything that is missing or unusable', () => {
    const parse = (): unknown =>
      parseStackOutputs('{"count":3,"token":"[secret]","empty":""}', ['image', 'count', 'token', 'empty']);

    expect(parse).toThrowErrorMatchingInlineSnapshot(`
     "stack outputs: 4 invalid settings
       - image is missing
           why: the chart needs it
           fix: export it from the Pulumi program, as in \`export const image = ...\`, and run \`pulumi stack output --json\` again
       - count is not a text
           why: the chart needs it
           fix: export it from the Pulumi program, as in \`export const count = ...\`, and run \`pulumi stack output --json\` again
       - token is a secret
           why: manifests are stored as they are, so a secret would be readable there
           fix: put it into a Kubernetes Secret from the Pulumi program and name that Secret in the chart
       - empty is not a text
           why: the chart needs it
           fix: export it from the Pulumi program, as in \`export const empty = ...\`, and run \`pulumi stack output --json\` again"
    `);
  });

  it.each(['', 'null', '[]', 'KEY=value'])('refuses %j', (text) => {
    expect(() => parseStackOutputs(text, ['image'])).toThrow('the text is not a JSON object');
  });
});
