import { mix } from '../../simulator/random';
import type { TokenStream } from '../../simulator/tokens';
import { answerText } from '../model-server/answer-text';

/**
 * Tokens `from` to `to` of a stream as text, about a token a word. Where two streams have the same identities the texts
 * are the same, so that what a workload shares is shared by the bytes that are sent.
 */
export function promptText({ pieces, pieceTokens, knownTokens }: TokenStream, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to;) {
    const piece = Math.floor(at / pieceTokens);
    const start = piece * pieceTokens;
    const end = Math.min(to, start + pieceTokens);
    const identity = pieces[piece] ?? mix(knownTokens, piece);
    text += answerText(identity, at - start, end - start);
    at = end;
  }
  return text;
}
