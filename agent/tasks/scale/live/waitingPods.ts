import type { Workload } from '../../../cluster/snapshot';

/** A pod may take so long to be given a node before that counts as trouble. */
const SCHEDULING_MS = 15_000;
/** Refusals of a quota are told again and again as long as they last. */
const RECENT_MS = 120_000;

/**
 * Why more replicas would come to nothing: pods that no node has room for, or that a quota refuses. Null where the
 * pods that are wanted are there or on their way.
 */
export function whyScaleUpIsVoid({ pods, desiredReplicas, events }: Workload, nowMs: number): string | null {
  const waiting = pods.filter(
    (pod) =>
      pod.phase === 'Pending' &&
      pod.node === null &&
      pod.deletingSinceMs === null &&
      nowMs - pod.createdAtMs >= SCHEDULING_MS,
  );
  const latest = (reason: string) =>
    events.findLast((event) => event.reason === reason && nowMs - event.atMs <= RECENT_MS)?.message;
  if (waiting.length > 0) {
    return `${waiting.length} ${waiting.length === 1 ? 'pod' : 'pods'} pending: ${shortage(latest('FailedScheduling'))}`;
  }
  const refused = latest('FailedCreate');
  const missing = desiredReplicas - pods.filter(({ deletingSinceMs }) => deletingSinceMs === null).length;
  if (missing <= 0 || refused === undefined) return null;
  const quota = /exceeded quota: ([^,]+)/.exec(refused)?.[1];
  return `${missing} ${missing === 1 ? 'pod' : 'pods'} not made: ${quota ? `quota ${quota} is used up` : refused}`;
}

/** `0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint …` is told by what is short. */
function shortage(message: string | undefined): string {
  const short = message?.match(/Insufficient [\w./-]*\w/g);
  if (short) return [...new Set(short)].join(', ');
  return message ?? 'no node has taken them';
}
