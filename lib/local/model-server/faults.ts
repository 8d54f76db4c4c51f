/** An answer that says what is wrong with a request, as vLLM's server puts it. */
export interface ApiFault {
  readonly status: number;
  readonly type: 'BadRequestError' | 'NotFoundError' | 'ServiceUnavailableError' | 'MethodNotAllowedError';
  readonly message: string;
  /** Member of the request that is wrong. */
  readonly param: string | null;
}

/** A request that cannot be served as it is. */
export function badRequest(message: string, param: string | null = null): ApiFault {
  return { status: 400, type: 'BadRequestError', message, param };
}

/** Something that is not there. */
export function notFound(message: string, param: string | null = null): ApiFault {
  return { status: 404, type: 'NotFoundError', message, param };
}

/** The body of a fault: the error object of OpenAI's API. */
export function faultBody({ status, type, message, param }: ApiFault): string {
  return JSON.stringify({ error: { message, type, param, code: status } });
}

/** Whether a result is a fault. */
export function isFault(value: object): value is ApiFault {
  return 'status' in value && 'message' in value && 'type' in value;
}
