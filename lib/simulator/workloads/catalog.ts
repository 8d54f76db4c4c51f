import type { Workload } from '../request';
import { agents } from './agents';
import { bursts, wave } from './arrivals';
import { chat } from './chat';
import { documents } from './documents';
import { lora } from './lora';
import type { WorkloadOptions } from './options';

/** A workload that a user can name. */
export interface NamedWorkload {
  readonly name: string;
  readonly summary: string;
  /** Whether its requests ask for LoRA adapters. */
  readonly adapters: boolean;
  readonly make: (options: WorkloadOptions) => Workload;
}

/** The generated workloads. */
export const WORKLOADS: readonly NamedWorkload[] = Object.freeze([
  {
    name: 'chat',
    summary: 'conversations of several turns after shared system prompts of 2,000 tokens',
    adapters: false,
    make: (options) => chat(options),
  },
  {
    name: 'documents',
    summary: 'questions about long documents, many of them asked about by several people',
    adapters: false,
    make: documents,
  },
  {
    name: 'agents',
    summary: 'agents that call tools: many short answers after prompts that grow',
    adapters: false,
    make: agents,
  },
  {
    name: 'lora',
    summary: 'short conversations with 24 LoRA adapters of very different popularity',
    adapters: true,
    make: lora,
  },
  {
    name: 'bursts',
    summary: 'the chat workload with a burst of 3 times the rate for 10 s every minute',
    adapters: false,
    make: (options) => chat(options, bursts(60_000, 10_000, 3), 'bursts'),
  },
  {
    name: 'diurnal',
    summary: 'the chat workload on a wave of 50 % around its rate, a day in five minutes',
    adapters: false,
    make: (options) => chat(options, wave(300_000, 0.5), 'diurnal'),
  },
]);

/** A workload by its name; undefined where there is none of that name. */
export function namedWorkload(name: string): NamedWorkload | undefined {
  return WORKLOADS.find((workload) => workload.name === name);
}
