import { ValidationError } from '../../core/problem';
import type { Clock } from '../../picker/time';
import type { Timing } from '../model-server/engine';
import type { LocalStack } from '../stack/types';
import { type StackLoad, startStackLoad } from './stack-loads';
import type { LocalState } from './state';
import type { AdminTarget, LoadRequest } from './target';

/** A running stack, and the load that the page sends to it. */
export class StackTarget implements AdminTarget {
  #load: StackLoad | undefined;
  #starting = false;
  /** Another load asks other things. */
  #loads = 0;

  public constructor(
    private readonly stack: LocalStack,
    private readonly timing: Timing & Clock,
    /** Told of a load that broke; requests that fail are part of one. */
    private readonly onFault: (error: unknown) => void = () => undefined,
  ) {}

  public state(): LocalState {
    return { ...this.stack.state(), load: this.#load?.state() };
  }

  public addPod(lane: string, deployment: string): Promise<string> {
    return this.stack.addPod(lane, deployment);
  }

  public killPod(name: string): Promise<void> {
    return this.stack.killPod(name);
  }

  public async startLoad(request: LoadRequest): Promise<void> {
    if (this.#load !== undefined || this.#starting) throw new ValidationError('load', [BUSY]);
    this.#starting = true;
    try {
      const { urls } = this.stack;
      const { speed } = this.stack.state();
      const load = await startStackLoad({ ...request, urls, speed, seed: ++this.#loads, timing: this.timing });
      this.#load = load;
      void load.results.catch(this.onFault).finally(() => {
        this.#load = undefined;
      });
    } finally {
      this.#starting = false;
    }
  }

  /** Ends the load; does nothing without one. */
  public async stopLoad(): Promise<void> {
    const load = this.#load;
    load?.stop();
    await load?.results.catch(() => undefined);
  }
}

const BUSY = { what: 'the load', why: 'another one is under way', fix: 'stop it first' };
