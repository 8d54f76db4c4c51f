import type { Endpoint } from '../../scheduling/endpoint';
import { CONCURRENCY_DEFAULTS, type ConcurrencySettings } from '../settings';
import type { EndpointLimit } from './endpoint-limit';

/** How many of this picker's requests or tokens are in flight, against what the endpoints can take. */
export class ConcurrencyDetector implements EndpointLimit {
  public readonly name: string = 'concurrency-detector';
  public readonly whenNoneFits = 'none';
  readonly #settings: ConcurrencySettings;

  public constructor(settings: ConcurrencySettings = CONCURRENCY_DEFAULTS) {
    this.#settings = settings;
  }

  public saturation(candidates: readonly Endpoint[]): number {
    if (candidates.length === 0) return 1;
    let sum = 0;
    for (const endpoint of candidates) sum += this.#fullness(endpoint);
    return sum / candidates.length;
  }

  public fits(endpoint: Endpoint): boolean {
    const { concurrencyMode, maxConcurrency, maxTokenConcurrency, headroom } = this.#settings;
    const { requests } = endpoint.load;
    const inRequests = requests < Math.floor(maxConcurrency * (1 + headroom));
    if (concurrencyMode === 'requests') return inRequests;
    const inTokens = tokens(endpoint) < Math.floor(maxTokenConcurrency * (1 + headroom));
    return concurrencyMode === 'tokens' ? inTokens : inRequests && inTokens;
  }

  public increment(endpoints: number): number {
    // A request of unknown size: as many of them fill an endpoint as its limit of requests says.
    return 1 / (endpoints * this.#settings.maxConcurrency);
  }

  #fullness(endpoint: Endpoint): number {
    const { concurrencyMode, maxConcurrency, maxTokenConcurrency } = this.#settings;
    const byRequests = endpoint.load.requests / maxConcurrency;
    if (concurrencyMode === 'requests') return byRequests;
    const byTokens = tokens(endpoint) / maxTokenConcurrency;
    return concurrencyMode === 'tokens' ? byTokens : Math.max(byRequests, byTokens);
  }
}

/** Prompt tokens that the endpoint still has to compute, as upstream counts them. */
function tokens(endpoint: Endpoint): number {
  return endpoint.load.prefillTokens;
}
