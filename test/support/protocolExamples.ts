import type {
  ModelVersion,
  Proposal,
  TrainingPoint,
  TrainingStatus,
  WorkloadState,
} from '../../agent/protocol';

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

export function exampleModel(part: Partial<ModelVersion> = {}): ModelVersion {
  return {
    task: 'heal',
    version: 1,
    algorithm: 'ppo',
    observationSpec: 'heal/9',
    createdAtMs: NOW_MS,
    codeVersion: '0.1.0',
    seed: 1,
    steps: 200_000,
    parent: null,
    evaluation: {
      episodes: 100,
      mean: -12.4,
      low: -13.1,
      high: -11.7,
      baselines: [{ name: 'runbook', mean: -13, low: -13.6, high: -12.3 }],
    },
    state: 'stored',
    shippedAs: null,
    problem: null,
    ...part,
  };
}

/** It has begun; its points come as changes of their own. */
export function exampleTraining(part: Partial<TrainingStatus> = {}): TrainingStatus {
  return {
    id: 't1',
    task: 'heal',
    algorithm: 'ppo',
    totalSteps: 200_000,
    seed: 1,
    folder: '/runs/heal-1',
    startedAtMs: NOW_MS,
    stepsPerSecond: null,
    etaSeconds: null,
    state: { kind: 'training' },
    ...part,
  };
}

export function examplePoint(steps: number, episodeReturn = steps / 1000): TrainingPoint {
  return { steps, seconds: steps / 10_000, metrics: { 'rollout/ep_rew_mean': episodeReturn } };
}
