import type { SimulatedRequest } from '../../simulator/request';
import { commonTokens } from '../../simulator/tokens';
import { promptText } from './prompt-text';
import type { ChatMessage } from './types';

/** The messages of one session, which grow where its prompts do. */
export class Conversation {
  #messages: readonly ChatMessage[] = [];
  #last: SimulatedRequest | undefined;

  /** The messages of the next request. */
  public ask(request: SimulatedRequest): readonly ChatMessage[] {
    const heard = this.#heardBefore(request);
    // A prompt that does not go on from the answer before is a new one, such as another question about a document.
    const before = heard === 0 ? [] : this.#messages;
    const content = promptText(request.tokens, heard, request.promptTokens);
    this.#messages = [...before, { role: 'user', content }];
    this.#last = request;
    return this.#messages;
  }

  /** What the model said, which the next prompt has in it. */
  public answer(text: string): void {
    this.#messages = [...this.#messages, { role: 'assistant', content: text }];
  }

  /** Tokens of the request that were said before: the last prompt and its answer. */
  #heardBefore({ tokens, promptTokens }: SimulatedRequest): number {
    const last = this.#last;
    if (last === undefined || this.#messages.at(-1)?.role !== 'assistant') return 0;
    const said = last.promptTokens + last.outputTokens;
    return said <= promptTokens && commonTokens(last.tokens, tokens) >= said ? said : 0;
  }
}
