import type {
  AutoscalerState,
  Calibration,
  CalibrationJob,
  FrontierPoint,
  ModelVersion,
  Proposal,
  ScalingPoint,
  ScalingState,
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

export function exampleAutoscaler(part: Partial<AutoscalerState> = {}): AutoscalerState {
  return {
    kind: 'hpa',
    name: 'checkout',
    uid: 'uid-hpa',
    minReplicas: 2,
    maxReplicas: 10,
    targetUtilisation: 0.7,
    metrics: 'cpu 70 %',
    desiredReplicas: 3,
    problem: '',
    handover: null,
    ...part,
  };
}

/** It looks at shop/checkout in shadow. */
export function exampleScaling(part: Partial<ScalingState> = {}): ScalingState {
  return {
    id: 'shop/Deployment/checkout',
    steering: 'shadow',
    handedBack: null,
    autoscalers: [exampleAutoscaler()],
    gitOps: null,
    policy: { name: 'predictive', version: '1', sinceMs: NOW_MS - 600_000 },
    shadow: null,
    observationSpec: 'scale/36',
    violationPrice: 20,
    minReplicas: 2,
    maxReplicas: 10,
    status: 'hold 3 replicas: the load forecast for the next minute is 2.1 pods',
    problem: null,
    ...part,
  };
}

export function exampleScalingPoint(atMs: number, part: Partial<ScalingPoint> = {}): ScalingPoint {
  return {
    workloadId: 'shop/Deployment/checkout',
    atMs,
    replicas: 3,
    readyReplicas: 3,
    demandPods: 2.1,
    hpaReplicas: 4,
    policyReplicas: 3,
    withinSlo: 0.998,
    costPerHour: 0.12,
    baselineCostPerHour: 0.16,
    reward: -0.3,
    rewardTerms: { pods: -0.25, violations: -0.05 },
    ...part,
  };
}

/** Served with these pods on average, and this share of the requests late or failed. */
export function exampleFrontierPoint(
  violationPrice: number,
  meanPods: number,
  violatedShare: number,
  part: Partial<FrontierPoint> = {},
): FrontierPoint {
  const around = (mean: number) => ({ mean, low: mean * 0.9, high: mean * 1.1 });
  return {
    violationPrice,
    violatedShare: around(violatedShare),
    meanPods: around(meanPods),
    costPerHour: meanPods * 0.04,
    actionsPerHour: 3,
    objectiveCost: around(meanPods + violationPrice * violatedShare * meanPods),
    ...part,
  };
}

/** The tuned HPA is as good as what was learned, so that it is recommended. */
export function exampleCalibration(part: Partial<Calibration> = {}): Calibration {
  return {
    id: 'c1',
    workloadId: 'shop/Deployment/checkout',
    title: 'shop/checkout',
    atMs: NOW_MS,
    tookSeconds: 41,
    source: {
      kind: 'prometheus',
      text: '6 h of shop/checkout from Prometheus',
      tunedOnHours: 4,
      judgedOnHours: 2,
    },
    fit: {
      parameters: [{ name: 'service time', value: 42, unit: 'ms', basis: 'CPU seconds per request' }],
      errors: [{ name: 'CPU utilisation', value: 4.1, unit: '%' }],
      text: 'The simulator follows the measured utilisation within 4 %.',
    },
    load: [0, 1, 2, 3].map((hours) => ({ hours, requestsPerSecond: 50 + 25 * hours })),
    arms: [
      {
        name: 'hpa',
        title: 'HPA as it is',
        role: 'current',
        points: [exampleFrontierPoint(20, 5.2, 0.012)],
        settings: ['cpu 70 %'],
      },
      {
        name: 'tuned-hpa',
        title: 'HPA, tuned',
        role: 'tuned-hpa',
        points: [exampleFrontierPoint(5, 3.6, 0.02), exampleFrontierPoint(20, 4.1, 0.004)],
        settings: ['cpu 82 %, scale down after 60 s', 'cpu 74 %, scale down after 120 s'],
      },
      {
        name: 'learned',
        title: 'scale-36-ppo',
        role: 'learned',
        points: [exampleFrontierPoint(5, 3.5, 0.019), exampleFrontierPoint(20, 4.2, 0.004)],
        settings: [],
      },
      {
        name: 'clairvoyant',
        title: 'Clairvoyant bound',
        role: 'bound',
        points: [exampleFrontierPoint(20, 3.1, 0)],
        settings: [],
      },
    ],
    recommendation: {
      arm: 'tuned-hpa',
      violationPrice: 20,
      text: 'Keep the HPA of shop/checkout and tune it: target 74 % and a scale-down window of 120 s.',
      reason: 'Nothing learned was better than it on the hours that were kept apart.',
      patch: 'spec:\n  metrics:\n    - type: Resource\n',
    },
    warnings: [],
    ...part,
  };
}

export function exampleCalibrationJob(part: Partial<CalibrationJob> = {}): CalibrationJob {
  return {
    id: 'c1',
    title: 'shop/checkout',
    workloadId: 'shop/Deployment/checkout',
    state: { kind: 'running', step: 'tuning the HPA', done: 12, total: 40 },
    ...part,
  };
}
