/**
 * Microseconds of processor time for a chunk of an answer that passes: events of a stream, one a chunk, with and without
 * another model name to put in, against parsing each event's JSON.
 */
import { AnswerReader } from '../lib/picker/request/answer-reader';

const CHUNKS = 200_000;
const ROUNDS = 5;
const HEADERS: ReadonlyMap<string, string> = new Map([['content-type', 'text/event-stream']]);

const event = (i: number): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-6f1f0c1a',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'llama-v2',
    choices: [{ index: 0, delta: { content: ` word${i}` }, logprobs: null, finish_reason: null }],
  })}\n\n`;

const chunks = Array.from({ length: 64 }, (_, i) => Buffer.from(event(i)));

function best(work: (chunk: Buffer) => unknown): number {
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (let i = 0; i < CHUNKS; i++) work(chunks[i % chunks.length] ?? Buffer.alloc(0));
    const { user, system } = process.cpuUsage(start);
    fastest = Math.min(fastest, (user + system) / CHUNKS);
  }
  return fastest;
}

function reader(rename: boolean): AnswerReader {
  const names = rename ? { from: 'llama-v2', to: 'chat' } : undefined;
  const made = new AnswerReader({ usage: 'usage', streaming: true, rename: names, onUsage: undefined });
  made.headers(HEADERS);
  return made;
}

const plain = reader(false);
const renaming = reader(true);
const rows = {
  'count events, look for token counts': best((chunk) => plain.chunk(chunk, false)),
  'the same, and put in another model name': best((chunk) => renaming.chunk(chunk, false)),
  'parse the JSON of each event': best((chunk) => JSON.parse(chunk.subarray(6).toString()) as unknown),
};
console.log(
  `Node ${process.version}, chunks of ${chunks[0]?.length ?? 0} bytes, best of ${ROUNDS} rounds, microseconds`,
);
for (const [row, value] of Object.entries(rows)) console.log(`${row.padEnd(42)}${value.toFixed(2).padStart(6)}`);
