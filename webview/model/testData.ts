import {
  type Action,
  emptySnapshot,
  type JournalEvent,
  type JournalRow,
  type Proposal,
  type Sample,
  type WorkloadState,
} from '../../agent/protocol';
import { exampleProposal, exampleWorkload } from '../../test/support/protocolExamples';

export const CHECKOUT = 'shop/Deployment/checkout';
export const RESTART: Action = { kind: 'restart-pod', pod: 'checkout-1', podUid: 'u1' };

export function sample(atMs: number, part: Partial<Sample> = {}): Sample {
  return {
    workloadId: CHECKOUT,
    atMs,
    latencyP50Ms: 50,
    latencyP95Ms: 100,
    latencyP99Ms: 150,
    errorRate: 0.001,
    requestsPerSecond: 200,
    cpuUtilisation: 0.5,
    memoryUtilisation: 0.4,
    desiredReplicas: 3,
    readyReplicas: 3,
    reward: 0.5,
    rewardTerms: { latency: 0.6, cost: -0.1 },
    ...part,
  };
}

/** A sample of a time when no metrics came; the replica counts come from the watch and stay known. */
export function emptySample(atMs: number): Sample {
  return sample(atMs, {
    latencyP50Ms: null,
    latencyP95Ms: null,
    latencyP99Ms: null,
    errorRate: null,
    requestsPerSecond: null,
    cpuUtilisation: null,
    memoryUtilisation: null,
    reward: null,
    rewardTerms: {},
  });
}

export function workload(part: Partial<WorkloadState> = {}): WorkloadState {
  return exampleWorkload({ data: { kind: 'fresh', atMs: 0 }, ...part });
}

export function proposal(id: string, part: Partial<Proposal> = {}): Proposal {
  return exampleProposal({
    id,
    action: RESTART,
    alternatives: [],
    contributions: [],
    createdAtMs: 0,
    expiresAtMs: 120_000,
    ...part,
  });
}

/** Journal rows at given times, numbered in order. */
export function journal(...events: [atMs: number, event: JournalEvent][]): JournalRow[] {
  return events.map(([atMs, event], index) => ({ seq: index + 1, atMs, hash: 'ab'.repeat(32), event }));
}

export const SNAPSHOT = emptySnapshot('0.1.0', 1);
