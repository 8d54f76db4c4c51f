/**
 * Gives candidates whose score is not known (NaN) the mean of the known ones, so that they are neither sought nor
 * avoided: a pod without fresh metrics is not an idle one. `otherwise` when nothing is known of any candidate.
 */
export function fillUnknown(scores: Float64Array, count: number, otherwise: number): void {
  let sum = 0;
  let known = 0;
  for (let i = 0; i < count; i++) {
    const score = scores[i] ?? NaN;
    if (Number.isNaN(score)) continue;
    sum += score;
    known++;
  }
  if (known === count) return;
  const mean = known > 0 ? sum / known : otherwise;
  for (let i = 0; i < count; i++) if (Number.isNaN(scores[i])) scores[i] = mean;
}
