import type { AgentSnapshot, Proposal, WorkloadState } from '../agent/protocol';
import { emptySnapshot } from '../agent/protocol/applyDelta';
import type { AgentState } from './agent/state';

/** Examples for the tests of this folder: cluster time begins at 1,000,000 ms and runs with the wall clock. */
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

export function connectedSnapshot(part: Partial<AgentSnapshot> = {}): AgentSnapshot {
  return {
    ...emptySnapshot('0.1.0', 42),
    mode: 'approve',
    connection: {
      kind: 'connected',
      context: 'kind-dev',
      server: 'https://127.0.0.1:6443',
      serverVersion: 'v1.35.0',
      capabilities: [],
      permissions: [],
      metrics: { kind: 'prometheus', address: 'http://prometheus' },
      trouble: null,
    },
    workloads: [exampleWorkload()],
    ...part,
  };
}

export function running(part: Partial<AgentSnapshot> = {}): AgentState {
  return { kind: 'running', snapshot: connectedSnapshot(part), stream: { kind: 'live' } };
}
