import type { JSX } from 'preact';
import type { PodState } from '../admin/state';
import { killPod } from './api';
import { formatCount, formatPart, shortPod } from './format';
import { RequestMarks } from './request-marks';
import { useAction } from './use-action';

/** A pod, what it works on, and a button to end it. */
export function PodCard({ pod }: { readonly pod: PodState }): JSX.Element {
  const { name, deployment, endpoint, phase, running, waiting, kvCacheUsage, hitRatio, adapters, served } = pod;
  const kill = useAction();
  return (
    <li class={`pod ${phase}`} data-pod={name}>
      <div class="pod-head">
        <span class="dot" aria-hidden="true" />
        <h3 title={`${name} at ${endpoint}`}>{shortPod(name, deployment)}</h3>
        <span class="phase">{phase === 'loading' ? 'loading model' : phase}</span>
        <button
          type="button"
          class="kill"
          aria-label={`Kill ${name}`}
          disabled={kill.busy}
          onClick={() => {
            kill.run(() => killPod(name));
          }}
        >
          Kill
        </button>
      </div>
      <RequestMarks running={running} waiting={waiting} />
      <label class="kv">
        <span>KV cache</span>
        <meter min={0} max={1} value={kvCacheUsage} />
        <span>{formatPart(kvCacheUsage)}</span>
      </label>
      <dl class="pod-numbers">
        <Pair name="hits" value={formatPart(hitRatio)} />
        <Pair name="served" value={formatCount(served)} />
      </dl>
      <p class="adapters">
        {adapters.map((adapter) => (
          <span key={adapter.name} class="adapter">
            {adapter.name} <b>{adapter.running}</b>
          </span>
        ))}
        {kill.error}
      </p>
    </li>
  );
}

function Pair({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
