import type { ScalingState } from '../../agent/protocol';
import { noScalerReason, scalingLabel } from '../../webview/model/scaling';
import type { RunningAgent } from '../agent/supervisor';
import { notFound, pick } from './ui';

const LOOK = 'Set `scale.steering` in coxswain.yaml; the Cluster view says which workloads are observe only.';

/** The scaling of the workload that the command is about, else of one that the user picks of those that fit. */
export async function pickScaled(
  { snapshot }: RunningAgent,
  workloadId: string | undefined,
  placeHolder: string,
  fits: { which(scaling: ScalingState): boolean; none: string; remedy: string } = {
    which: () => true,
    none: 'No scaler looks at any workload.',
    remedy: LOOK,
  },
): Promise<ScalingState> {
  const { scaling, workloads } = snapshot;
  if (workloadId !== undefined) {
    const found = scaling.find(({ id }) => id === workloadId);
    if (found) return found;
    const workload = workloads.find(({ id }) => id === workloadId);
    throw notFound(
      `No scaler looks at ${workloadId}${workload ? `: ${noScalerReason(workload)}` : ''}.`,
      LOOK,
    );
  }
  const fitting = scaling.filter(fits.which);
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  return pick(fitting, scaledRow, placeHolder, notFound(fits.none, fits.remedy));
}

function scaledRow(scaling: ScalingState): { label: string; description: string; detail: string } {
  const [namespace = '', , name = scaling.id] = scaling.id.split('/');
  return {
    label: name,
    description: `${namespace} · ${scalingLabel(scaling)}`,
    detail: scaling.problem ?? scaling.status,
  };
}
