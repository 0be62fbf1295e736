import { NATIVE_FAULT } from '../../cluster/labels';
import type { Node, Pod, Workload } from '../../cluster/snapshot';
import { CoxswainError } from '../../protocol';
import { choose, nameOf, requirePods, targetPods } from './pods';
import type { FaultRequest } from './provider';

/** The pods that the mode hits, by chance. */
export function choosePods(request: FaultRequest): readonly Pod[] {
  return choose(requirePods(request.workload), request, request.random);
}

/** The nodes of the pods that the mode hits, but for those that take no pods already. */
export function chooseNodes(request: FaultRequest): readonly Node[] {
  const names = new Set(choosePods(request).flatMap(({ node }) => node ?? []));
  const nodes = [...names].sort().flatMap((name) => request.nodes.get(name) ?? []);
  const schedulable = nodes.filter((node) => node.schedulable);
  if (schedulable.length > 0) return schedulable;
  throw new CoxswainError(
    'config-invalid',
    nodes.length === 0
      ? `The nodes of ${nameOf(request.workload)} are not known.`
      : `The nodes of ${nameOf(request.workload)} take no pods already: ${nodes.map(({ name }) => name).join(', ')}.`,
    'Check that the agent may see nodes (`coxswain diagnose`), and which of them are cordoned.',
  );
}

/** Pods of the workload on these nodes: those that could not come back there. */
export function affectedByCordon(workload: Workload, nodes: readonly string[]): number {
  return targetPods(workload).filter(({ node }) => node !== null && nodes.includes(node)).length;
}

/** A rollout that never gets ready takes as many pods away as its strategy lets it, and at least adds a broken one. */
export function affectedByRollout({ maxUnavailable, pods }: Workload): number {
  return Math.min(Math.max(1, maxUnavailable), Math.max(1, pods.length));
}

/** @throws CoxswainError `config-invalid` where another native fault has changed the Deployment. */
export function requireUnchanged(workload: Workload): void {
  if (!(NATIVE_FAULT in workload.annotations)) return;
  throw new CoxswainError(
    'config-invalid',
    `${nameOf(workload)} carries a native fault already, by its annotation ${NATIVE_FAULT}.`,
    'End that fault first.',
  );
}
