import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LoadState } from '../admin/state';
import { startLoad, stopLoad } from './api';
import { LoadStatus } from './load-status';
import { useAction } from './use-action';

interface LoadFormProps {
  readonly workloads: readonly string[];
  readonly load: LoadState | undefined;
}

/** Starts a load to all lanes, or stops it. */
export function LoadForm({ workloads, load }: LoadFormProps): JSX.Element {
  const [workload, setWorkload] = useState('chat');
  const [rate, setRate] = useState('3');
  const [seconds, setSeconds] = useState('120');
  const action = useAction();
  const submit = (event: Event): void => {
    event.preventDefault();
    action.run(
      load === undefined ? () => startLoad({ workload, rate: Number(rate), seconds: Number(seconds) }) : stopLoad,
    );
  };
  const running = load !== undefined;
  return (
    <form class="load" onSubmit={submit}>
      <h2>Load</h2>
      <label class="wide">
        Workload
        <select
          value={load?.workload ?? workload}
          disabled={running}
          onChange={({ currentTarget }) => {
            setWorkload(currentTarget.value);
          }}
        >
          {workloads.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <NumberField
        label="Requests / s"
        value={String(load?.rate ?? rate)}
        min={0.1}
        max={200}
        step="any"
        disabled={running}
        onInput={setRate}
      />
      <NumberField
        label="Seconds"
        value={String(load?.seconds ?? seconds)}
        min={1}
        max={3600}
        step="1"
        disabled={running}
        onInput={setSeconds}
      />
      <button type="submit" class={running ? 'wide stop' : 'wide go'} disabled={action.busy}>
        {running ? 'Stop load' : 'Start load'}
      </button>
      <LoadStatus load={load} />
      <p class="error" role="alert">
        {action.error}
      </p>
    </form>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly min: number;
  readonly max: number;
  readonly step: string;
  readonly disabled: boolean;
  readonly onInput: (value: string) => void;
}

function NumberField({ label, onInput, ...input }: NumberFieldProps): JSX.Element {
  return (
    <label>
      {label}
      <input
        type="number"
        required
        {...input}
        onInput={({ currentTarget }) => {
          onInput(currentTarget.value);
        }}
      />
    </label>
  );
}
