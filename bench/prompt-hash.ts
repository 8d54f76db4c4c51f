/**
 * MB of chat requests read in a second of processor time: one pass over its bytes against `JSON.parse` of the whole and hashing what comes out,
 * and the picker's own hash against xxhash-wasm. Bodies come as one chunk and as chunks of 16 KiB, as Envoy sends them.
 */
import xxhash from 'xxhash-wasm';
import { bodyOf, type RequestBody } from '../lib/picker/request/body';
import { BlockHasher } from '../lib/picker/request/block-hasher';
import { JsonCursor, plainEnd } from '../lib/picker/request/json-cursor';
import { RequestParsers } from '../lib/picker/request/request-parsers';

const SIZES = { '1 KiB': 1024, '100 KiB': 100 * 1024, '1 MiB': 1024 * 1024 } as const;
const CHUNK = 16 * 1024;
const BLOCK_BYTES = 256;
/** So many blocks that all of a prompt is hashed. */
const ALL_BLOCKS = 8192;
const ROUND_BYTES = 20_000_000;
const ROUNDS = 6;

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** A chat of alternating messages with a line break in every second line, in a script of some bytes a character. */
function chat(bytes: number, sentence: string): Uint8Array {
  const text = Array.from({ length: 8 }, () => `${sentence}\n`).join('');
  const messages = [{ role: 'system', content: 'You are a careful assistant.' }];
  const size = (): number => Buffer.byteLength(JSON.stringify({ messages }));
  while (size() < bytes - 700) messages.push({ role: messages.length % 2 === 1 ? 'user' : 'assistant', content: text });
  messages.push({ role: 'user', content: 'x'.repeat(Math.max(1, bytes - size() - 80)) });
  return Buffer.from(JSON.stringify({ model: 'llama', stream: true, max_tokens: 256, messages }));
}

function chunked(bytes: Uint8Array): RequestBody {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) chunks.push(bytes.slice(at, at + CHUNK));
  return { chunks, bytes: bytes.length };
}

/** MB for each second of processor time, the best of some rounds. */
function speed(bytes: number, work: () => unknown): number {
  const turn = Math.ceil(ROUND_BYTES / bytes);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (let i = 0; i < turn; i++) work();
    const { user, system } = process.cpuUsage(start);
    best = Math.max(best, (turn * bytes) / (user + system));
  }
  return best;
}

interface Chat {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** What reading by `JSON.parse` comes to: decode, parse, and hash the texts of the messages as UTF-8 again. */
function parseAndHash(body: RequestBody, hash: (bytes: Uint8Array) => unknown): void {
  const decoder = new TextDecoder();
  const text = body.chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  const { messages } = JSON.parse(text) as Chat;
  let used = 0;
  for (const { role, content } of messages) {
    used += encoder.encodeInto(role, texts.subarray(used)).written;
    used += encoder.encodeInto(content, texts.subarray(used)).written;
  }
  for (let at = 0; at < used; at += BLOCK_BYTES) hash(texts.subarray(at, Math.min(used, at + BLOCK_BYTES)));
}

const encoder = new TextEncoder();
const texts = new Uint8Array(4 * 1024 * 1024);

async function main(): Promise<void> {
  const api = await xxhash();
  const prompt = { blockTokens: BLOCK_BYTES / 4, maxBlocks: ALL_BLOCKS };
  const parsers = new RequestParsers({ prompt });
  const hasher = new BlockHasher(BLOCK_BYTES / 4, ALL_BLOCKS);
  const scripts = {
    English: 'The quick brown fox jumps over the lazy dog, twice.',
    Chinese: '敏捷的棕色狐狸跳过了懒狗。',
  };
  console.log(`Node ${process.version}, best of ${ROUNDS} rounds, MB/s of processor time`);
  for (const [script, sentence] of Object.entries(scripts)) {
    for (const [name, size] of Object.entries(SIZES)) {
      const bytes = chat(size, sentence);
      const whole = bodyOf(bytes);
      const cut = chunked(bytes);
      const plain = new TextEncoder().encode(sentence.repeat(Math.ceil(size / sentence.length)).slice(0, size));
      const view = new DataView(plain.buffer);
      const rows = {
        'one pass: check, find and hash, one chunk': speed(bytes.length, () =>
          parsers.parse('/v1/chat/completions', NO_HEADERS, whole),
        ),
        'the same, chunks of 16 KiB': speed(bytes.length, () => parsers.parse('/v1/chat/completions', NO_HEADERS, cut)),
        'one pass: check only': speed(bytes.length, () => {
          const cursor = new JsonCursor(bytes);
          cursor.value(cursor.space());
        }),
        'JSON.parse and xxhash, one chunk': speed(bytes.length, () => {
          parseAndHash(whole, (part) => api.h64Raw(part));
        }),
        'JSON.parse and xxhash, chunks of 16 KiB': speed(bytes.length, () => {
          parseAndHash(cut, (part) => api.h64Raw(part));
        }),
        'JSON.parse alone': speed(bytes.length, () => JSON.parse(new TextDecoder().decode(bytes)) as unknown),
        'own hash of text, its end found': speed(plain.length, () => {
          hasher.start();
          hasher.plain(view, 0, plain.length);
          hasher.finish();
        }),
        'xxhash-wasm of text, its end found': speed(plain.length, () => {
          plainEnd(view, 0, plain.length);
          for (let at = 0; at < plain.length; at += BLOCK_BYTES) api.h64Raw(plain.subarray(at, at + BLOCK_BYTES));
        }),
      };
      for (const [row, value] of Object.entries(rows)) {
        console.log([script, name.padStart(8), row.padEnd(44), value.toFixed(0).padStart(6)].join('  '));
      }
    }
  }
}

void main();
