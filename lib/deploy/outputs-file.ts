import { failIfAny, type Problem } from '../core/problem';

/** What `pulumi stack output --json` prints in place of a secret. */
const MASKED_SECRET = '[secret]';

/**
 * Reads texts from what `pulumi stack output --json` printed, for charts that are synthesized to files instead of
 * applied: `parseStackOutputs(readFileSync('outputs.json', 'utf8'), ['image', 'addressName'])`. For `cluster.outputs`
 * there is `parseClusterOutputs`.
 *
 * @throws ValidationError that names every missing or unusable output
 */
export function parseStackOutputs<K extends string>(json: string, keys: readonly K[]): Readonly<Record<K, string>> {
  const outputs = recordOf(json);
  if (outputs === undefined) failIfAny('stack outputs', [NOT_JSON]);
  const values = keys.map((key) => [key, outputs?.[key]] as const);
  failIfAny(
    'stack outputs',
    values.flatMap(([key, value]) => check(key, value)),
  );
  // Every key was checked to be there and a text.
  return Object.fromEntries(values) as Record<K, string>;
}

const NOT_JSON: Problem = {
  what: 'the text is not a JSON object',
  why: 'outputs are read by name',
  fix: 'write it with `pulumi stack output --json > outputs.json`',
};

function check(key: string, value: unknown): readonly Problem[] {
  if (value === MASKED_SECRET) {
    return [
      {
        what: `${key} is a secret`,
        why: 'manifests are stored as they are, so a secret would be readable there',
        fix: 'put it into a Kubernetes Secret from the Pulumi program and name that Secret in the chart',
      },
    ];
  }
  if (typeof value === 'string' && value !== '') return [];
  return [
    {
      what: value === undefined ? `${key} is missing` : `${key} is not a text`,
      why: 'the chart needs it',
      fix: `export it from the Pulumi program, as in \`export const ${key} = ...\`, and run \`pulumi stack output --json\` again`,
    },
  ];
}

function recordOf(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    const isRecord = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isRecord ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
