import type { Clock } from '../../picker/time';
import type { GatewayEvent } from './types';

type Detail<T> = T extends unknown ? Omit<T, 'id' | 'at'> : never;

/** Tells whoever follows the gateway what happens to one request. */
export class RequestEvents {
  #hasFirstByte = false;

  public constructor(
    private readonly id: number,
    private readonly clock: Clock,
    private readonly onRequest: ((event: GatewayEvent) => void) | undefined,
  ) {}

  public start(listener: string, method: string, path: string): void {
    this.#tell({ kind: 'start', listener, method, path });
  }

  public endpoint(target: string, endpoint: string): void {
    this.#tell({ kind: 'endpoint', target, endpoint });
  }

  /** Call it for each part of the answer: the first counts. */
  public bytes(): void {
    if (this.#hasFirstByte) return;
    this.#hasFirstByte = true;
    this.#tell({ kind: 'first-byte' });
  }

  public end(status: number | undefined, cut: boolean): void {
    this.#tell({ kind: 'end', status, cut });
  }

  #tell(detail: Detail<GatewayEvent>): void {
    this.onRequest?.({ id: this.id, at: this.clock.now(), ...detail });
  }
}
