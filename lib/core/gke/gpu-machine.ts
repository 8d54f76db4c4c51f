import type { Accelerator } from '../accelerators';
import type { MachineShape } from '../accelerators/accelerator';
import { oneOf, type Problem } from '../problem';

/** Which machine carries the GPUs. */
export interface MachineChoice {
  readonly accelerator: Accelerator;
  readonly gpusPerNode?: number | undefined;
  readonly machineType?: string | undefined;
}

/** The machine of a pool, or why there is none. */
export type ChosenMachine =
  { readonly machine: MachineShape; readonly problem?: undefined } | { readonly problem: Problem };

/** Chooses the machine for an accelerator and a GPU count, or checks the one that a user chose. */
export function chooseMachine(choice: MachineChoice): ChosenMachine {
  return choice.machineType === undefined ? byCount(choice) : byType(choice, choice.machineType);
}

function byCount({ accelerator, gpusPerNode }: MachineChoice): ChosenMachine {
  const gpus = gpusPerNode ?? accelerator.gpuCounts[0];
  const machine = gpus === undefined ? undefined : accelerator.machineFor(gpus);
  if (machine !== undefined) return { machine };
  return {
    problem: {
      what: `gpusPerNode ${gpus ?? 0}: no machine has that many ${accelerator.displayName} GPUs`,
      why: 'GPUs come with a machine type, in fixed numbers',
      fix: `use ${oneOf(accelerator.gpuCounts)}`,
    },
  };
}

function byType({ accelerator, gpusPerNode }: MachineChoice, machineType: string): ChosenMachine {
  const shapes = accelerator.machines.filter((machine) => machine.machineType === machineType);
  const [first] = shapes;
  if (first === undefined) {
    return {
      problem: {
        what: `machineType '${machineType}' does not carry ${accelerator.displayName}`,
        why: 'an accelerator comes on machines of its own',
        fix: `use ${oneOf([...new Set(accelerator.machines.map((machine) => machine.machineType))])}`,
      },
    };
  }
  // A machine type is listed once for each number of GPUs that can be attached to it.
  const machine = gpusPerNode === undefined ? first : shapes.find((shape) => shape.gpus === gpusPerNode);
  if (machine !== undefined) return { machine };
  return {
    problem: {
      what: `machineType '${machineType}' with gpusPerNode ${gpusPerNode ?? 0}`,
      why: `${machineType} carries ${oneOf(shapes.map((shape) => shape.gpus))} x ${accelerator.displayName}`,
      fix: `use gpusPerNode ${oneOf(shapes.map((shape) => shape.gpus))}, or leave machineType out`,
    },
  };
}
