import type { Owner } from '../../cluster/snapshot';
import type { GuardInput } from '../guardInput';
import { deny, needsApproval, type Rule } from './rule';

/**
 * Never to zero, never out of bounds; what a person has scaled to zero stays there. The scaler has bounds of its own,
 * see `scale-bounds`.
 */
export const replicaBounds: Rule<GuardInput> = {
  name: 'replica-bounds',
  judge({ action, config, task }) {
    if (action.kind !== 'scale') return null;
    const { minReplicas, maxReplicas } = config.guard;
    if (action.to < 1) return deny(`${action.to} replicas: never to zero`);
    if (action.from < 1) return deny('it was scaled to zero, which is left to people');
    if (action.to === action.from) return deny(`it has ${action.to} replicas already`);
    if (task === 'scale') return null;
    if (action.to < minReplicas)
      return deny(`${action.to} replicas are fewer than the ${minReplicas} allowed`);
    if (action.to > maxReplicas)
      return deny(`${action.to} replicas are more than the ${maxReplicas} allowed`);
    return null;
  },
};

/**
 * An autoscaler owns the replica count: two that set it would fight, so scaling is denied, but to the scaler that has
 * taken over from it, and then to everybody else. GitOps owns the whole object and may or may not leave the replica
 * count alone, which only a person knows: that asks. Pods belong to neither, so restarting and draining are not affected.
 */
export const replicasOwner: Rule<GuardInput> = {
  name: 'replicas-owner',
  judge({ action, workload, approvedBy, task, handover }) {
    if (action.kind !== 'scale' || !workload) return null;
    const isTakenOver = handover?.how === 'own';
    if (task === 'scale') {
      return isTakenOver
        ? null
        : deny('the scaler sets replicas only where it has taken over from an autoscaler');
    }
    if (isTakenOver) return deny('the scaler has taken over the replica count');
    const autoscaler = workload.owners.find((owner) => owner.owns === 'replicas');
    if (autoscaler) return deny(`${ownerText(autoscaler)} owns the replica count`);
    const [gitOps] = workload.owners;
    if (!gitOps || approvedBy !== null) return null;
    return needsApproval(`${ownerText(gitOps)} owns the workload and may undo it`);
  },
};

/** An owner as people call it: `Argo CD shop`. */
export function ownerText({ kind, name }: Owner): string {
  return `${OWNER_NAMES[kind]} ${name}`;
}

const OWNER_NAMES = { hpa: 'HPA', keda: 'KEDA', 'argo-cd': 'Argo CD', flux: 'Flux' } as const;
