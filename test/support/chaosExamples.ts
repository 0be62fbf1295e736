import type { ExperimentInfo, ExperimentRun, Explanation, Fault, RecoveryGroup } from '../../agent/protocol';
import { NOW_MS } from './protocolExamples';

/** A pod kill that anybody can run. */
export function exampleExperiment(part: Partial<ExperimentInfo> = {}): ExperimentInfo {
  return {
    name: 'pod-kill',
    title: 'Kill a pod',
    description: 'A killed pod is replaced before anybody notices.',
    path: null,
    kind: 'pod-kill',
    workloadId: 'shop/Deployment/checkout',
    provider: 'native',
    durationMs: 30_000,
    problem: null,
    ...part,
  };
}

/** A run that has just begun to look for its effect. */
export function exampleRun(part: Partial<ExperimentRun> = {}): ExperimentRun {
  return {
    id: 'r1',
    experiment: 'pod-kill',
    title: 'Kill a pod',
    path: null,
    workloadId: 'shop/Deployment/checkout',
    provider: 'native',
    kind: 'pod-kill',
    trigger: 'person',
    by: 'ann',
    phase: 'verifying',
    startedAtMs: NOW_MS - 12_000,
    injectedAtMs: NOW_MS - 8000,
    confirmedAtMs: null,
    endedAtMs: null,
    recoveredAtMs: null,
    finishedAtMs: null,
    effect: null,
    probes: [],
    faultIds: ['f1'],
    log: [],
    verdict: null,
    resilienceScore: null,
    text: '',
    ...part,
  };
}

export function finishedRun(part: Partial<ExperimentRun> = {}): ExperimentRun {
  return exampleRun({
    phase: 'finished',
    endedAtMs: NOW_MS - 2000,
    recoveredAtMs: NOW_MS - 1000,
    finishedAtMs: NOW_MS,
    effect: { verdict: 'confirmed', text: '1 pod was deleted' },
    verdict: 'passed',
    resilienceScore: 100,
    text: 'The steady state came back in 7 s.',
    ...part,
  });
}

export function exampleFault(part: Partial<Fault> = {}): Fault {
  return {
    id: 'f1',
    workloadId: 'shop/Deployment/checkout',
    kind: 'network-delay',
    provider: 'chaos-mesh',
    runId: null,
    pods: ['checkout-a'],
    startedAtMs: NOW_MS,
    endedAtMs: null,
    state: 'running',
    text: 'network delay 300 ms on 1 pod',
    ...part,
  };
}

/** Why a learned policy restarted a pod; 0.31 + 0.42 + 0.2 − 0.06 = 0.87. */
export function exampleExplanation(part: Partial<Explanation> = {}): Explanation {
  return {
    workloadId: 'shop/Deployment/checkout',
    atMs: NOW_MS,
    policy: 'learned heal/3',
    method: 'shapley',
    action: { kind: 'restart-pod', pod: 'checkout-a', podUid: 'u1' },
    reason: 'p95 of this pod is 6.2 times the median',
    confidence: 0.87,
    output: 0.87,
    baseline: 0.31,
    observationSpec: 'heal/9',
    inputs: [
      { name: 'latency p95', unit: 'ms', value: 341 },
      { name: 'errors', unit: '%', value: 0.4 },
      { name: 'restarts', unit: '', value: 0 },
    ],
    contributions: [
      { name: 'latency p95', value: 0.42 },
      { name: 'errors', value: 0.2 },
      { name: 'restarts', value: -0.06 },
    ],
    alternatives: [
      { text: 'scale up', confidence: 0.09 },
      { text: 'do nothing', confidence: 0.04 },
    ],
    outOfDistribution: 0.4,
    explainedMs: 3.2,
    ...part,
  };
}

export function exampleRecoveries(part: Partial<RecoveryGroup> = {}): RecoveryGroup {
  return {
    kind: 'pod-kill',
    incidents: 4,
    recovered: 3,
    detectionSeconds: { median: 1.4, p95: 3.1 },
    recoverySeconds: { median: 41, p95: 90 },
    actions: 4,
    ineffectiveActions: 1,
    harmfulActions: 0,
    ...part,
  };
}
