import type { RolloutSpec } from './rolloutSpec';
import { isFullyPromoted, type RolloutStatus } from './rolloutStatus';

type Phase = 'Healthy' | 'Degraded' | 'Progressing' | 'Paused';

/**
 * Phase and message of a Rollout, from everything else in its status.
 * Source: `CalculateRolloutPhase` in https://github.com/argoproj/argo-rollouts/blob/master/utils/rollout/rolloututil.go
 */
export function phaseOf(spec: RolloutSpec, status: RolloutStatus): { phase: Phase; message: string } {
  const broken = brokenText(status);
  if (broken !== null) return { phase: 'Degraded', message: broken };
  if (spec.paused) return { phase: 'Paused', message: 'manually paused' };
  const [pause] = status.pauseConditions;
  if (pause) return { phase: 'Paused', message: pause.reason };
  const missing = missingText(spec, status);
  return missing === null ? { phase: 'Healthy', message: '' } : { phase: 'Progressing', message: missing };
}

function brokenText({ conditions }: RolloutStatus): string | null {
  for (const { type, reason, message } of conditions) {
    if (type === 'InvalidSpec') return `InvalidSpec: ${message}`;
    if (reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded') return `${reason}: ${message}`;
  }
  return null;
}

/** What it waits for. */
function missingText({ restartAt, replicas, strategy }: RolloutSpec, status: RolloutStatus): string | null {
  const { restartedAt, updatedReplicas, availableReplicas, stableRS } = status;
  if (restartAt !== undefined && Date.parse(restartAt) !== Date.parse(restartedAt ?? '')) {
    return 'rollout is restarting';
  }
  if (updatedReplicas < replicas) return 'more replicas need to be updated';
  if (availableReplicas < updatedReplicas) return 'updated replicas are still becoming available';
  const isPromoted = stableRS !== '' && isFullyPromoted(status);
  if (strategy.canary) {
    if (!strategy.canary.trafficRouting && status.replicas > updatedReplicas) {
      return 'old replicas are pending termination';
    }
    return isPromoted ? null : 'waiting for all steps to complete';
  }
  const { activeSelector, postPromotionAnalysisRunStatus: run } = status.blueGreen;
  if (activeSelector === '' || activeSelector !== status.currentPodHash)
    return 'active service cutover pending';
  if (isPromoted) return null;
  const waitsForAnalysis = strategy.blueGreen?.postPromotionAnalysis && !ENDED.has(run?.status ?? '');
  return waitsForAnalysis
    ? 'waiting for analysis to complete'
    : 'waiting for post-promotion verification to complete';
}

const ENDED: ReadonlySet<string> = new Set(['Successful', 'Failed', 'Error', 'Inconclusive']);
