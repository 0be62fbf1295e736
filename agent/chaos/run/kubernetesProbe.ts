import type { Workload } from '../../cluster/snapshot';
import type { Probe } from '../experiment/probe';
import type { Finding } from './probeOutcome';

type Field = NonNullable<Probe['kubernetes']>;

/** Warnings count for so long, ms of cluster time: an event is kept for an hour, and what it tells of is over sooner. */
const WARNING_MS = 60_000;

/** What the API server says of a workload, by the field that a probe asks for. */
export function kubernetesFinding(field: Field, workload: Workload, nowMs: number): Finding {
  const { readyReplicas, desiredReplicas } = workload;
  if (desiredReplicas === 0 && (field === 'readyShare' || field === 'missingReplicas')) {
    return { kind: 'no-data', asked: field, why: 'no replica is wanted' };
  }
  const value = readField(field, workload, nowMs);
  const text =
    field === 'readyShare' ? `${value.toFixed(2)} (${readyReplicas}/${desiredReplicas})` : String(value);
  return { kind: 'value', asked: field, value, text, holdsOtherwise: true };
}

function readField(field: Field, workload: Workload, nowMs: number): number {
  const { readyReplicas, desiredReplicas, pods, events } = workload;
  switch (field) {
    case 'readyReplicas':
      return readyReplicas;
    case 'readyShare':
      return Math.min(1, readyReplicas / desiredReplicas);
    case 'missingReplicas':
      return Math.max(0, desiredReplicas - readyReplicas);
    case 'restarts':
      return pods.reduce((sum, pod) => sum + pod.restarts, 0);
    case 'crashingPods':
      return pods.filter((pod) => pod.waitingReason === 'CrashLoopBackOff').length;
    case 'warningEvents':
      return events.filter(({ type, atMs }) => type === 'Warning' && nowMs - atMs <= WARNING_MS).length;
  }
}
