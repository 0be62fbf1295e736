import type { Proposal, WorkloadState } from '../../agent/protocol';

/** The time at which everything below is true. */
export const NOW_MS = 1_000_000;

export function exampleWorkload(part: Partial<WorkloadState> = {}): WorkloadState {
  return {
    id: 'shop/Deployment/checkout',
    ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    health: 'healthy',
    healthReason: '',
    desiredReplicas: 3,
    readyReplicas: 3,
    pods: [],
    data: { kind: 'fresh', atMs: NOW_MS },
    tasks: ['heal'],
    steering: { kind: 'act' },
    policy: { name: 'runbook', version: '1' },
    slo: { latencyP95Ms: 200, errorRate: 0.01 },
    replicasOwner: null,
    incident: null,
    lastAction: null,
    ...part,
  };
}

export function exampleProposal(part: Partial<Proposal> = {}): Proposal {
  return {
    id: 'p1',
    workload: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    task: 'heal',
    policy: { name: 'runbook', version: '1' },
    action: { kind: 'restart-pod', pod: 'checkout-a', podUid: 'u1' },
    reason: 'p95 is 6.2 times the median',
    confidence: 0.91,
    alternatives: [{ text: 'scale up', confidence: 0.06 }],
    contributions: [{ name: 'worst − median latency', value: 0.52 }],
    change: { summary: 'replace pod checkout-a', before: 'pod: checkout-a\n', after: 'pod: (new)\n' },
    promise: 'p95 below 200 ms in 45 s',
    createdAtMs: NOW_MS,
    expiresAtMs: NOW_MS + 120_000,
    verdict: { outcome: 'needs-approval', rule: 'mode', reason: 'mode approve' },
    state: { kind: 'pending' },
    ...part,
  };
}
