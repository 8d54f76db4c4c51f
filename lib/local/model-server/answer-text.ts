import { logNormalInt, mix, seedFor, seededRandom } from '../../simulator/random';
import { TOKEN_BYTES } from './token-identities';

/** Words of three letters: with the space after it each is one token of four bytes. */
const WORDS =
  'the and for you she who how all one two our out its can may now new old see way day man men boy dog cat sun sea sky air ice oak elm ash owl fox hen bee ant cow pig ram elk fly run sit eat ask say try put get let set cut dig fix mix add own use act aim big red';

const TABLE = WORDS.split(' ');

/** Tokens of an answer where the client sets no limit. */
const LENGTH = { median: 180, sigma: 0.7, min: 16, max: 1200 };

/** Tokens that a model answers with of its own accord; the same for the same seed. */
export function answerLength(seed: number): number {
  return logNormalInt(seededRandom(seedFor(seed, 1)), LENGTH);
}

/** Tokens `from` to `to` of the answer of a seed, as text: `TOKEN_BYTES` characters each. */
export function answerText(seed: number, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += `${(TABLE[mix(seed, i) % TABLE.length] ?? 'the').padEnd(TOKEN_BYTES - 1)} `;
  return text;
}
