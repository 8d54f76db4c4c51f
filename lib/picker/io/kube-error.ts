import { isJsonObject } from '../pool/objects/field';

/** Longest text of an answer that is no Status object in a message. */
const LONGEST_TEXT = 200;

/** The API server said no, or something else than it should. */
export class KubeError extends Error {
  public constructor(
    /** HTTP status; undefined where there was none. */
    public readonly status: number | undefined,
    message: string,
  ) {
    super(message);
    this.name = 'KubeError';
  }

  /** From an answer with an error status: the message of its Status object, where it has one. */
  public static ofAnswer(status: number, body: string): KubeError {
    return new KubeError(status, `status ${status}: ${messageOf(body)}`);
  }
}

/** The HTTP status that an error stands for; undefined for errors of the connection. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof KubeError ? error.status : undefined;
}

function messageOf(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (isJsonObject(value) && typeof value['message'] === 'string') return value['message'];
  } catch {
    // Proxies in between answer with whatever they like.
  }
  return body.slice(0, LONGEST_TEXT);
}
