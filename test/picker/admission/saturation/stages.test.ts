import { Labels } from '../../../../lib/core/labels';
import { stagesOf } from '../../../../lib/picker/admission/saturation/stages';
import { endpoint } from '../../../support/picker/builders';

const withRole = (slot: number, role?: string): ReturnType<typeof endpoint> =>
  endpoint({ slot, labels: role === undefined ? {} : { [Labels.INFERENCE_ROLE]: role } });

test('endpoints without roles are one stage', () => {
  const pool = [withRole(0), withRole(1)];

  expect(stagesOf(pool)).toEqual([pool]);
});

test('prefill and decode are stages of their own, and whoever does both is in both', () => {
  const pool = ['prefill', 'decode', 'prefill-decode', 'encode-prefill', undefined].map((role, i) => withRole(i, role));

  expect(stagesOf(pool).map((stage) => stage.map(({ slot }) => slot))).toEqual([
    [0, 2, 3],
    [1, 2, 4],
  ]);
});

test('encoders hold nothing back', () => {
  const pool = [withRole(0, 'encode'), withRole(1, 'both')];

  expect(stagesOf(pool).map((stage) => stage.map(({ slot }) => slot))).toEqual([[1], [1]]);
});
