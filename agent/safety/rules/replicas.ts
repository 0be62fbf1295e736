import type { GuardInput } from '../guardInput';
import { deny, needsApproval, type Rule } from './rule';

/** Never to zero, never out of bounds; what a person has scaled to zero stays there. */
export const replicaBounds: Rule<GuardInput> = {
  name: 'replica-bounds',
  judge({ action, config }) {
    if (action.kind !== 'scale') return null;
    const { minReplicas, maxReplicas } = config.guard;
    if (action.to < 1) return deny(`${action.to} replicas: never to zero`);
    if (action.from < 1) return deny('it was scaled to zero, which is left to people');
    if (action.to === action.from) return deny(`it has ${action.to} replicas already`);
    if (action.to < minReplicas)
      return deny(`${action.to} replicas are fewer than the ${minReplicas} allowed`);
    if (action.to > maxReplicas)
      return deny(`${action.to} replicas are more than the ${maxReplicas} allowed`);
    return null;
  },
};

/**
 * An autoscaler owns the replica count: two that set it would fight, so scaling is denied. GitOps owns the whole
 * object and may or may not leave the replica count alone, which only a person knows: that asks. Pods belong to
 * neither, so restarting and draining are not affected.
 */
export const replicasOwner: Rule<GuardInput> = {
  name: 'replicas-owner',
  judge({ action, workload, approvedBy }) {
    if (action.kind !== 'scale' || !workload) return null;
    const autoscaler = workload.owners.find((owner) => owner.owns === 'replicas');
    if (autoscaler) return deny(`${OWNER_NAMES[autoscaler.kind]} ${autoscaler.name} owns the replica count`);
    const [gitOps] = workload.owners;
    if (!gitOps || approvedBy !== null) return null;
    return needsApproval(`${OWNER_NAMES[gitOps.kind]} ${gitOps.name} owns the workload and may undo it`);
  },
};

const OWNER_NAMES = { hpa: 'HPA', keda: 'KEDA', 'argo-cd': 'Argo CD', flux: 'Flux' } as const;
