import type { ServerResponse } from 'node:http';
import { answerText } from './answer-text';
import type { Engine } from './engine';
import { finishReason, type Generation } from './generation';
import { answerBody, AnswerEvents, type AnswerHead, type Usage } from './wire';

/** An answer and who gets it. */
export interface Answering {
  readonly plan: Generation;
  readonly head: AnswerHead;
  readonly engine: Engine;
  readonly response: ServerResponse;
  readonly includeUsage: boolean;
}

/** Answers with one JSON body once all tokens are there. A client that goes away ends the work on it. */
export function answerWhole({ plan, head, engine, response }: Answering): void {
  const { request, seed } = plan;
  const abort = engine.submit(request, {
    finished: (cachedTokens) => {
      const text = answerText(seed, 0, request.outputTokens);
      const body = answerBody(head, text, finishReason(request), usageOf(plan, cachedTokens));
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    },
    lost: () => void response.destroy(),
  });
  response.once('close', abort);
}

/** Answers with an event for each few tokens, as they come. */
export function answerStreaming({ plan, head, engine, response, includeUsage }: Answering): void {
  const { request, seed } = plan;
  const events = new AnswerEvents(head);
  let sent = 0;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  const abort = engine.submit(request, {
    progress: (tokens) => {
      response.write((sent === 0 ? events.start() : '') + events.piece(answerText(seed, sent, tokens)));
      sent = tokens;
    },
    finished: (cachedTokens) => {
      response.end(events.end(finishReason(request), includeUsage ? usageOf(plan, cachedTokens) : undefined));
    },
    lost: () => void response.destroy(),
  });
  response.once('close', abort);
}

function usageOf({ request }: Generation, cachedTokens: number): Usage {
  return { promptTokens: request.promptTokens, outputTokens: request.outputTokens, cachedTokens };
}
