import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, type App, Chart, Duration } from 'cdk8s';
import { planRelease, type ReleasePlan } from '../../lib/deploy/release-plan';
import { type ReleaseValues } from '../../lib/deploy/stand-ins';
import { settled } from './settled';

function map(chart: Chart, id: string, data: Record<string, string>): ApiObject {
  return new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', data });
}

/** Plans one chart called `c`. */
function plan<V extends ReleaseValues>(
  values: V,
  build: (chart: Chart, values: pulumi.Unwrap<V>) => void,
): ReleasePlan {
  return planRelease('test', {
    values,
    chart: (app: App, given) => {
      build(new Chart(app, 'c'), given);
    },
  });
}

async function sent(release: ReleasePlan, path: string): Promise<Record<string, unknown>> {
  const args = release.objects.find((object) => object.path === path)?.args;
  return settled(pulumi.output(args as unknown) as pulumi.Output<Record<string, unknown>>);
}

/** The message of an error of a plan, or of its proof. */
async function refusal<V extends ReleaseValues>(
  values: V,
  build: (chart: Chart, values: pulumi.Unwrap<V>) => void,
): Promise<string> {
  try {
    await settled(plan<V>(values, build).proven);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the plan was not refused');
}

const later = (text: string): pulumi.Output<string> => pulumi.output(Promise.resolve(text));

describe('what is sent', () => {
  it('passes plain values through and synthesizes once', async () => {
    let calls = 0;
    const release = plan({ replicas: 2, timeout: 'a' }, (chart, values) => {
      calls++;
      map(chart, 'map', { text: `${values.replicas}${values.timeout}` });
    });

    expect(calls).toBe(1);
    expect(await sent(release, 'c/map')).toMatchObject({ data: { text: '2a' } });
  });

  it('fills outputs into texts, wherever they are', async () => {
    const values = { image: { ref: later('r@sha256:1') }, names: [later('a'), Promise.resolve('b')] };
    const release = plan(values, (chart, { image, names }) => {
      map(chart, 'map', { text: `${image.ref} of ${names.join('+')}`, fixed: 'x' });
    });

    expect(await sent(release, 'c/map')).toMatchObject({ data: { text: 'r@sha256:1 of a+b', fixed: 'x' } });
  });

  it('leaves objects and fields without a value plain, so that a preview shows them', () => {
    const release = plan({ image: later('i') }, (chart, { image }) => {
      map(chart, 'with', { image, fixed: 'x' });
      map(chart, 'without', { fixed: 'x' });
    });
    const args = Object.fromEntries(release.objects.map((object) => [object.path, object.args]));

    expect(args['c/without']).toEqual(release.objects[1]?.manifest);
    const data = args['c/with']?.['data'] as Record<string, unknown>;
    expect(data['fixed']).toBe('x');
    expect(pulumi.Output.isInstance(data['image'])).toBe(true);
  });

  it('computes texts that a construct derived from a value with the value itself', async () => {
    const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
    const release = plan({ config: later('hello') }, (chart, { config }) => {
      map(chart, 'map', { upper: config.toUpperCase(), checksum: digest(config) });
    });

    expect(await sent(release, 'c/map')).toMatchObject({ data: { upper: 'HELLO', checksum: digest('hello') } });
  });

  it('keeps what is secret to the fields that hold it', async () => {
    const release = plan({ token: pulumi.secret('s3cret'), name: later('n') }, (chart, { token, name }) => {
      map(chart, 'map', { token, name });
    });
    const data = release.objects[0]?.args['data'] as Record<string, pulumi.Output<string>>;

    expect(await pulumi.isSecret(data['token']!)).toBe(true);
    expect(await pulumi.isSecret(data['name']!)).toBe(false);
  });

  it('takes an output of several texts in place of a record', async () => {
    const outputs = pulumi.output(Promise.resolve({ project: 'p', region: 'r' }));
    const release = plan(outputs, (chart, { project, region }) => {
      map(chart, 'map', { where: `${project}/${region}` });
    });

    expect(await sent(release, 'c/map')).toMatchObject({ data: { where: 'p/r' } });
  });

  it('allows a value in the name and the namespace of an object', async () => {
    const release = plan({ name: later('chosen') }, (chart, { name }) => {
      new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: name } });
    });

    expect(release.objects.map(({ path }) => path)).toEqual(['c/map']);
    expect(await sent(release, 'c/map')).toMatchObject({ metadata: { name: 'chosen', namespace: 'chosen' } });
  });

  it('passes instances of classes on as they are', () => {
    const release = planRelease('test', {
      values: { wait: Duration.minutes(2), image: later('i') },
      chart: (app, values) => {
        map(new Chart(app, 'c'), 'map', { wait: (values.wait as unknown as Duration).toHumanString() });
      },
    });

    expect(release.objects[0]?.args).toMatchObject({ data: { wait: '2 minutes' } });
  });

  it('keeps the dependencies of the charts, across charts too', () => {
    const release = planRelease('test', {
      values: {},
      chart: (app) => {
        const [a, b] = [new Chart(app, 'a'), new Chart(app, 'b')];
        const [one, two, three] = [map(a, 'one', {}), map(a, 'two', {}), map(b, 'three', {})];
        one.node.addDependency(two);
        a.addDependency(b);
        return three;
      },
    });
    const dependsOn = Object.fromEntries(release.objects.map((object) => [object.path, [...object.dependsOn].sort()]));

    expect(dependsOn).toEqual({ 'a/one': ['a/two', 'b/three'], 'a/two': ['b/three'], 'b/three': [] });
  });
});

describe('what is refused', () => {
  it('refuses a value that decides which objects there are', async () => {
    const message = await refusal({ mode: later('tls') }, (chart, { mode }) => {
      map(chart, mode === 'tls' ? 'secure' : 'plain', {});
    });

    expect(message).toMatchInlineSnapshot(`
     "test: 1 invalid setting
       - whether ConfigMap 'c/plain' exists depends on a value that is known only after deployment
           why: what a release consists of is fixed before deployment; outputs may only be texts in it
           fix: let a plain value decide, such as a setting from pulumi.Config, and give constructs fixed ids"
    `);
  });

  it('refuses a value in the id of a construct', async () => {
    const message = await refusal({ zone: later('a') }, (chart, { zone }) => {
      map(chart, `map-${zone}`, {});
    });

    expect(message).toMatchInlineSnapshot(`
     "test: 1 invalid setting
       - ConfigMap 'c/map-\${values.zone}' has a value in its construct path that is known only after deployment
           why: what a release consists of is fixed before deployment; outputs may only be texts in it
           fix: let a plain value decide, such as a setting from pulumi.Config, and give constructs fixed ids"
    `);
  });

  it('refuses a value that decides about a field', async () => {
    const message = await refusal({ host: later('') }, (chart, { host }) => {
      map(chart, 'map', host === '' ? {} : { host });
    });

    expect(message).toMatchInlineSnapshot(`
     "test: 1 invalid setting
       - data.host of ConfigMap 'c/map' is decided by a value that is known only after deployment
           why: what a release consists of is fixed before deployment; outputs may only be texts in it
           fix: let a plain value decide, such as a setting from pulumi.Config, and give constructs fixed ids"
    `);
  });

  it('refuses a value as the name of a field', async () => {
    const message = await refusal({ key: later('k') }, (chart, { key }) => {
      map(chart, 'map', { [key]: 'x' });
    });

    expect(message).toMatchInlineSnapshot(`
     "test: 1 invalid setting
       - data.\${values.key} of ConfigMap 'c/map' is decided by a value that is known only after deployment
           why: what a release consists of is fixed before deployment; outputs may only be texts in it
           fix: let a plain value decide, such as a setting from pulumi.Config, and give constructs fixed ids"
    `);
  });

  it('refuses a value that a field without it turns out to depend on', async () => {
    const message = await refusal({ size: later('big') }, (chart, { size }) => {
      map(chart, 'map', { replicas: size === 'big' ? '9' : '1' });
    });

    expect(message).toMatchInlineSnapshot(`
     "test: 1 invalid setting
       - data.replicas of ConfigMap 'c/map' is decided by a value that is known only after deployment
           why: what a release consists of is fixed before deployment; outputs may only be texts in it
           fix: let a plain value decide, such as a setting from pulumi.Config, and give constructs fixed ids"
    `);
  });

  it('refuses outputs that are no texts', async () => {
    const message = await refusal(
      { count: pulumi.output(3) as unknown as pulumi.Output<string>, none: later(undefined as unknown as string) },
      (chart, { count, none }) => {
        map(chart, 'map', { count, none });
      },
    );

    expect(message).toMatchInlineSnapshot(`
     "test: 2 invalid settings
       - values.count is a number
           why: the chart was planned with a text in its place, since outputs are known only after deployment
           fix: pass an output of text, output.apply(String), or a plain value
       - values.none is undefined
           why: the chart was planned with a text in its place, since outputs are known only after deployment
           fix: pass an output of text, output.apply(String), or a plain value"
    `);
  });

  it('refuses charts that make nothing, and functions that are async', async () => {
    expect(await refusal({}, () => undefined)).toMatch('no objects');
    expect(() => planRelease('test', { values: {}, chart: async () => Promise.resolve() })).toThrow('is async');
  });

  it('asks for the names of the fields where the values are one output', () => {
    const spread = (): unknown =>
      planRelease('test', { values: pulumi.output({ a: 'a' }), chart: (_app, values) => ({ ...values }) });

    expect(spread).toThrow('the fields of an output cannot be listed; name them');
  });
});

describe('errors of the charts', () => {
  const invalid = (chart: Chart, text: string): void => {
    const object = map(chart, 'map', {});
    object.node.addValidation({ validate: () => [`name '${text}' is wrong`, 'and so is this'] });
  };

  it('shows all validation errors of a chart, with the names of values in place of stand-ins', async () => {
    const message = await refusal({ name: later('n') }, (chart, { name }) => {
      invalid(chart, name);
    });

    expect(message).toMatchInlineSnapshot(`
     "test: its chart is invalid
     Validation failed with the following errors:
       [c/map] name '\${values.name}' is wrong
       [c/map] and so is this
     (\${...} is known only after deployment; until then the chart is given a text in its place)"
    `);
  });

  it('shows errors that come only with the real values, without secrets', async () => {
    const message = await refusal({ token: pulumi.secret('s3cret') }, (chart, { token }) => {
      if (token === 's3cret') invalid(chart, token);
      map(chart, 'other', {});
    });

    expect(message).toContain(`[c/map] name '[secret]' is wrong\n  [c/map] and so is this`);
    expect(message).not.toContain('s3cret');
  });

  it('keeps the stack trace of mistakes in the program', () => {
    const broken = (): unknown =>
      planRelease('test', {
        values: {},
        chart: () => {
          throw new TypeError('x is not a function');
        },
      });

    expect(broken).toThrow(TypeError);
  });
});
