/** Cuts a stream of server-sent events into the data of each. */
export class EventLines {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The data of the events that these bytes complete. */
  public push(bytes: Uint8Array): readonly string[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const lines = this.#rest.split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []));
  }
}
