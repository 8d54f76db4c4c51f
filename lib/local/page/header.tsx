import type { JSX } from 'preact';
import type { LocalState } from '../admin/state';

const GATEWAYS = { envoy: 'Envoy', 'node-proxy': 'Node proxy' } as const;

interface HeaderProps {
  readonly state: LocalState;
  readonly connected: boolean;
}

/** What runs here, and whether it still does. */
export function Header({ state: { title, model, gateway, speed }, connected }: HeaderProps): JSX.Element {
  return (
    <header class="header">
      <h1>{title}</h1>
      <ul class="facts">
        <li>{model}</li>
        <li>{GATEWAYS[gateway]}</li>
        <li>
          {speed === 1 ? 'simulated GPUs in real time' : `simulated GPUs, ${String(speed)} × as fast as real ones`}
        </li>
      </ul>
      <span class={connected ? 'connection' : 'connection lost'} role="status">
        {connected ? 'live' : 'connection lost, trying again'}
      </span>
    </header>
  );
}
