import { Byte, spells } from './json-cursor';

/** What a string in a message stands for, when it is no text. */
export type MediaKind = 'image' | 'audio' | 'video';

/** A member that holds media. */
interface Container {
  readonly name: string;
  readonly kind: MediaKind;
  /** Whether its value may be the address itself instead of an object with the address in it. */
  readonly direct: boolean;
}

const CONTAINERS: readonly Container[] = [
  { name: 'image_url', kind: 'image', direct: true },
  { name: 'audio_url', kind: 'audio', direct: true },
  { name: 'video_url', kind: 'video', direct: true },
  { name: 'input_audio', kind: 'audio', direct: false },
  { name: 'source', kind: 'image', direct: false },
];

/** Members of such an object that hold the data or say where it is. */
const CARRIERS: readonly string[] = ['url', 'data'];

/** Tokens of an image of 640 x 360 pixels at one token for 1024 pixels, the guess for images of unknown size. */
const IMAGE_TOKENS = 225;
/** Sixteen frames of that size. */
const VIDEO_TOKENS = 16 * IMAGE_TOKENS;
/** Bytes of sound for a token: 16-bit samples at 16 kHz, 25 tokens a second. */
const AUDIO_BYTES = 1280;
/** Ten seconds, the guess for a sound that only its address is known of. */
const AUDIO_TOKENS = 250;
/** An address is shorter than this, a sound longer. */
const LONGEST_ADDRESS = 4096;

/** Tokens that a model makes of media of so many characters, as data in base64 or an address. */
export function mediaTokens(kind: MediaKind, characters: number): number {
  switch (kind) {
    case 'image':
      return IMAGE_TOKENS;
    case 'video':
      return VIDEO_TOKENS;
    case 'audio':
      return characters <= LONGEST_ADDRESS ? AUDIO_TOKENS : Math.ceil((characters * 3) / 4 / AUDIO_BYTES);
  }
}

/** What the value of a member of an object without media is, by its name and its first byte. */
export function mediaIn(view: DataView, start: number, end: number, byte: number): MediaKind | undefined {
  const size = end - start;
  if (size < 6 || size > 11) return undefined;
  for (const { name, kind, direct } of CONTAINERS) {
    if (spells(view, start, end, name)) return direct || byte === Byte.OPEN_BRACE ? kind : undefined;
  }
  return undefined;
}

/** Whether a member of an object with media holds the data or their address. */
export function carriesMedia(view: DataView, start: number, end: number): boolean {
  return CARRIERS.some((name) => spells(view, start, end, name));
}
