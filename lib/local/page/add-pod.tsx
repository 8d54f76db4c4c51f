import type { JSX } from 'preact';
import { addPod } from './api';
import { useAction } from './use-action';

interface AddPodProps {
  readonly lane: string;
  readonly deployments: readonly string[];
}

/** A button for another pod of each Deployment. */
export function AddPod({ lane, deployments }: AddPodProps): JSX.Element {
  const action = useAction();
  return (
    <li class="add">
      {deployments.map((deployment) => (
        <button
          key={deployment}
          type="button"
          aria-label={`Add a pod of ${deployment} to ${lane}`}
          title={deployment}
          disabled={action.busy}
          onClick={() => {
            action.run(() => addPod(lane, deployment));
          }}
        >
          Add pod{deployments.length > 1 ? ` of ${deployment}` : ''}
        </button>
      ))}
      {action.error !== undefined && (
        <p class="error" role="alert">
          {action.error}
        </p>
      )}
    </li>
  );
}
