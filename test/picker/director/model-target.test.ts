import { modelTarget, priorityOf } from '../../../lib/picker/director/model-target';
import { modelRules, type TestRules } from '../../support/picker/director-parts';

const target = (body: string, override?: string, rules: TestRules = {}) =>
  modelTarget({ body, override, rules: modelRules(rules), random: () => 0 });

const priority = (objective: string | undefined, rules: TestRules, objectiveFromModel = false): number =>
  priorityOf({ objective, incomingModel: 'llama', rules: modelRules(rules), objectiveFromModel });

describe('the model', () => {
  const rule = { rewrites: { llama: { model: 'llama-lora', rule: 'canary' } } };

  test('is that of the body', () => {
    expect(target('llama')).toEqual({ kind: 'model', incoming: 'llama', model: 'llama', rule: undefined });
  });

  test('is that of the header before that of the body', () => {
    expect(target('llama', 'qwen')).toMatchObject({ incoming: 'llama', model: 'qwen' });
  });

  test('is that of a rule for the name in the body before that of the header', () => {
    expect(target('llama', 'qwen', rule)).toEqual({
      kind: 'model',
      incoming: 'llama',
      model: 'llama-lora',
      rule: 'canary',
    });
  });

  test('may come from the header alone', () => {
    expect(target('', 'qwen')).toMatchObject({ incoming: 'qwen', model: 'qwen' });
  });

  test('must come from somewhere', () => {
    expect(target('')).toEqual({ kind: 'no-model', message: 'model not found in request body' });
  });

  test('has a name that is no burden to remember', () => {
    const message = 'the model name has 1025 characters; it has at most 1024';

    expect(target('m'.repeat(1024))).toMatchObject({ kind: 'model' });
    expect(target('m'.repeat(1025))).toEqual({ kind: 'no-model', message });
    expect(target('llama', 'm'.repeat(1025))).toEqual({ kind: 'no-model', message });
  });

  test('cannot come from a rule without targets', () => {
    expect(target('llama', 'qwen', { rewrites: { llama: 'empty' } })).toEqual({
      kind: 'no-model',
      message: 'a rewrite rule for model "llama" has no targets',
    });
  });
});

describe('the priority', () => {
  test('is that of the objective', () => {
    expect(priority('chat', { objectives: { chat: 5 }, models: { llama: -1 } })).toBe(5);
  });

  test('is 0 for an objective that does not exist', () => {
    expect(priority('typo', { objectives: { chat: 5 } })).toBe(0);
  });

  test('is that of the model, where pools of the old kind give it one', () => {
    expect(priority(undefined, { models: { llama: -1 } })).toBe(-1);
  });

  test('is not raised by a made-up objective', () => {
    expect(priority('made-up', { models: { llama: -1 } })).toBe(-1);
  });

  test('comes from an objective named like the model only where that is turned on', () => {
    const rules = { objectives: { llama: 7 } };

    expect(priority(undefined, rules)).toBe(0);
    expect(priority(undefined, rules, true)).toBe(7);
    expect(priority('typo', rules, true)).toBe(7);
  });
});
