import { BinaryReader, BinaryWriter } from 'google-protobuf';
import { Struct, type JavaScriptValue } from 'google-protobuf/google/protobuf/struct_pb';

/*
 * What a gateway says and hears, by google-protobuf and the field numbers of external_processor.proto: nothing of the
 * picker's own codec, so that the two check each other.
 */

type Half = 'request' | 'response';

const FIELD = {
  headers: { request: 2, response: 3 },
  body: { request: 4, response: 5 },
  trailers: { request: 6, response: 7 },
};

/** What any message may carry beside its main part. */
export interface MessageExtras {
  /** `metadata_context.filter_metadata`. */
  readonly metadata?: Readonly<Record<string, { readonly [key: string]: JavaScriptValue }>>;
  readonly observabilityMode?: boolean;
  readonly protocol?: { readonly requestBodyMode: number; readonly responseBodyMode: number };
}

export type HeaderPairs = readonly (readonly [string, string])[];

export interface HeadersOptions extends MessageExtras {
  readonly endOfStream?: boolean;
  /** Put values into `value`, as gateways of old did. */
  readonly plainValues?: boolean;
}

/** A `ProcessingRequest` with headers. */
export function headersMessage(half: Half, headers: HeaderPairs, options: HeadersOptions = {}): Uint8Array {
  return message(options, (writer) => {
    writer.writeMessage(FIELD.headers[half], {}, (_, http) => {
      writeHeaderMap(http, headers, options.plainValues ?? false);
      if (options.endOfStream === true) http.writeBool(3, true);
    });
  });
}

/** A `ProcessingRequest` with a part of a body. */
export function bodyMessage(
  half: Half,
  body: Uint8Array | string,
  endOfStream = false,
  extras: MessageExtras = {},
): Uint8Array {
  return message(extras, (writer) => {
    writer.writeMessage(FIELD.body[half], {}, (_, http) => {
      if (body.length > 0) http.writeBytes(1, typeof body === 'string' ? Buffer.from(body) : body);
      if (endOfStream) http.writeBool(2, true);
    });
  });
}

/** A `ProcessingRequest` with trailers. */
export function trailersMessage(half: Half, trailers: HeaderPairs = [], extras: MessageExtras = {}): Uint8Array {
  return message(extras, (writer) => {
    writer.writeMessage(FIELD.trailers[half], {}, (_, http) => {
      writeHeaderMap(http, trailers, false);
    });
  });
}

function message(extras: MessageExtras, write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  const { metadata, observabilityMode, protocol } = extras;
  if (metadata !== undefined) {
    writer.writeMessage(8, {}, (_, context) => {
      for (const [namespace, struct] of Object.entries(metadata)) writeMapEntry(context, namespace, struct);
    });
  }
  if (observabilityMode === true) writer.writeBool(10, true);
  if (protocol !== undefined) {
    writer.writeMessage(11, {}, (_, config) => {
      config.writeEnum(1, protocol.requestBodyMode);
      config.writeEnum(2, protocol.responseBodyMode);
    });
  }
  return writer.getResultBuffer();
}

function writeMapEntry(writer: BinaryWriter, key: string, struct: { readonly [key: string]: JavaScriptValue }): void {
  writer.writeMessage(1, {}, (_, entry) => {
    entry.writeString(1, key);
    entry.writeBytes(2, Struct.fromJavaScript(struct).serializeBinary());
  });
}

function writeHeaderMap(writer: BinaryWriter, headers: HeaderPairs, plain: boolean): void {
  writer.writeMessage(1, {}, (_, map) => {
    for (const [key, value] of headers) {
      map.writeMessage(1, {}, (__, header) => {
        header.writeString(1, key);
        if (plain) header.writeString(2, value);
        else header.writeBytes(3, Buffer.from(value));
      });
    }
  });
}

/** A header that the picker sets, and `HeaderAppendAction` by number. */
export type SetHeader = readonly [name: string, value: string, action: number];

/** A `ProcessingResponse`, without what is empty. */
export interface Answer {
  readonly kind:
    | 'request-headers'
    | 'response-headers'
    | 'request-body'
    | 'response-body'
    | 'request-trailers'
    | 'response-trailers'
    | 'immediate'
    | 'none';
  set?: SetHeader[];
  remove?: string[];
  clearRouteCache?: boolean;
  /** Bytes of a streamed body. */
  body?: Buffer;
  endOfStream?: boolean;
  /** Whether a body was replaced in a way that full duplex streaming does not know. */
  wrongMutation?: boolean;
  status?: number;
  text?: string;
  details?: string;
  metadata?: Record<string, JavaScriptValue>;
}

const KINDS: readonly Answer['kind'][] = [
  'none',
  'request-headers',
  'response-headers',
  'request-body',
  'response-body',
  'request-trailers',
  'response-trailers',
  'immediate',
];

/** Reads a `ProcessingResponse`. Throws for what is none, unknown fields included. */
export function readAnswer(bytes: Uint8Array): Answer {
  const reader = new BinaryReader(bytes);
  let answer: Answer = { kind: 'none' };
  let metadata: Record<string, JavaScriptValue> | undefined;
  while (reader.nextField()) {
    const field = reader.getFieldNumber();
    if (field === 8) metadata = Struct.deserializeBinary(reader.readBytes()).toJavaScript();
    else {
      const kind = KINDS[field];
      if (kind === undefined || field === 0) throw new Error(`ProcessingResponse has a field ${field}`);
      answer = { kind };
      const into = answer;
      const part = new BinaryReader(reader.readBytes());
      if (kind === 'immediate') readImmediate(part, into);
      else if (kind.endsWith('trailers'))
        eachField(part, {
          1: () => {
            readMutation(part, into);
          },
        });
      else
        eachField(part, {
          1: () => {
            readCommon(sub(part), into);
          },
        });
    }
  }
  if (metadata !== undefined) answer.metadata = metadata;
  return answer;
}

const sub = (reader: BinaryReader): BinaryReader => new BinaryReader(reader.readBytes());

function eachField(reader: BinaryReader, read: Readonly<Record<number, () => void>>): void {
  while (reader.nextField()) {
    const visit = read[reader.getFieldNumber()];
    if (visit === undefined) throw new Error(`a message has an unexpected field ${reader.getFieldNumber()}`);
    visit();
  }
}

function readCommon(common: BinaryReader, answer: Answer): void {
  eachField(common, {
    2: () => {
      readMutation(sub(common), answer);
    },
    3: () => {
      readBodyMutation(sub(common), answer);
    },
    5: () => (answer.clearRouteCache = common.readBool()),
  });
}

function readMutation(mutation: BinaryReader, answer: Answer): void {
  eachField(mutation, {
    1: () => (answer.set ??= []).push(readSetHeader(sub(mutation))),
    2: () => (answer.remove ??= []).push(mutation.readString()),
  });
}

function readSetHeader(option: BinaryReader): SetHeader {
  let name = '';
  let value = '';
  let action = 0;
  eachField(option, {
    1: () => {
      const header = sub(option);
      eachField(header, {
        1: () => (name = header.readString()),
        3: () => (value = Buffer.from(header.readBytes()).toString()),
      });
    },
    3: () => (action = option.readEnum()),
    4: () => option.readBool(),
  });
  return [name, value, action];
}

function readBodyMutation(mutation: BinaryReader, answer: Answer): void {
  eachField(mutation, {
    1: () => {
      mutation.skipField();
      answer.wrongMutation = true;
    },
    2: () => {
      mutation.skipField();
      answer.wrongMutation = true;
    },
    3: () => {
      const streamed = sub(mutation);
      answer.body = Buffer.alloc(0);
      eachField(streamed, {
        1: () => (answer.body = Buffer.from(streamed.readBytes())),
        2: () => (answer.endOfStream = streamed.readBool()),
      });
    },
  });
}

function readImmediate(immediate: BinaryReader, answer: Answer): void {
  eachField(immediate, {
    1: () => {
      const status = sub(immediate);
      eachField(status, { 1: () => (answer.status = status.readEnum()) });
    },
    2: () => {
      readMutation(sub(immediate), answer);
    },
    3: () => (answer.text = Buffer.from(immediate.readBytes()).toString()),
    5: () => (answer.details = immediate.readString()),
  });
}

/** A message as it travels: gRPC's prefix before it. */
export function framed(payload: Uint8Array, flag = 0): Buffer {
  const frame = Buffer.alloc(5 + payload.length);
  frame[0] = flag;
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, 5);
  return frame;
}
