import type {
  Analysis,
  AnalysisMetric,
  AutoscalerState,
  Calibration,
  CalibrationJob,
  EvidenceSide,
  EvidenceState,
  FrontierPoint,
  ModelVersion,
  Proposal,
  ReleasePoint,
  ReleaseState,
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

/** What speaks for harm and for safety of one kind of requests: as much of it as half the way to the bars. */
export function exampleEvidenceSide(part: Partial<EvidenceSide> = {}): EvidenceSide {
  return {
    harm: { log10: -0.4, bar: 1.3 },
    safety: { log10: 0.65, bar: 1.3 },
    canary: { hits: 3, requests: 420 },
    stable: { hits: 12, requests: 1680 },
    mostHarm: 0.012,
    ...part,
  };
}

/** Gathered for five minutes; nothing is certain yet. */
export function exampleEvidence(part: Partial<EvidenceState> = {}): EvidenceState {
  return {
    comparedWith: 'stable',
    variant: 'fast',
    verdict: 'undecided',
    errors: exampleEvidenceSide(),
    latency: exampleEvidenceSide({
      canary: { hits: 25, requests: 420 },
      stable: { hits: 100, requests: 1680 },
    }),
    requests: 420,
    minRequests: 100,
    dispersion: 1.2,
    strata: 1,
    sinceMs: NOW_MS - 300_000,
    bakeUntilMs: NOW_MS + 2_400_000,
    mostWeight: 50,
    text: 'half the way to a promotion, nothing speaks for harm',
    ...part,
  };
}

export function exampleAnalysisMetric(part: Partial<AnalysisMetric> = {}): AnalysisMetric {
  return {
    name: 'error-rate',
    phase: 'Running',
    message: '',
    provider: 'prometheus',
    query: 'sum(rate(http_requests_total{pod=~"checkout-canary-.*",code=~"5.."}[1m]))',
    condition: 'result[0] < 0.05',
    counts: { successful: 2, failed: 0, inconclusive: 0, error: 0 },
    dryRun: false,
    measurements: [
      { atMs: NOW_MS - 60_000, phase: 'Successful', value: '0.004', message: '' },
      { atMs: NOW_MS - 30_000, phase: 'Successful', value: '0.007', message: '' },
    ],
    ...part,
  };
}

export function exampleAnalysis(part: Partial<Analysis> = {}): Analysis {
  return {
    name: 'checkout-6c9-2',
    phase: 'Running',
    message: '',
    where: 'background',
    startedAtMs: NOW_MS - 120_000,
    metrics: [exampleAnalysisMetric()],
    ...part,
  };
}

/** Coxswain moves the traffic of shop/checkout: a tenth of it is on the canary. */
export function exampleRelease(part: Partial<ReleaseState> = {}): ReleaseState {
  return {
    id: 'shop/Deployment/checkout',
    ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    operator: 'coxswain',
    router: 'Gateway API HTTPRoute checkout',
    legacy: null,
    steering: 'own',
    gitOps: null,
    policy: { name: 'evidence-steps', version: '1' },
    phase: 'progressing',
    status: 'holds at 10 %: the evidence does not carry more yet',
    problem: null,
    stable: {
      images: ['shop/checkout:1.4'],
      revision: 'checkout',
      pods: ['checkout-a', 'checkout-b', 'checkout-c'],
      readyPods: 3,
      wantedPods: 3,
    },
    canary: {
      images: ['shop/checkout:1.5'],
      revision: 'checkout-canary',
      pods: ['checkout-canary-a'],
      readyPods: 1,
      wantedPods: 1,
    },
    baseline: null,
    weight: 10,
    steps: [
      { text: 'set weight 5 %', state: 'done' },
      { text: 'set weight 10 %', state: 'current' },
      { text: 'set weight 25 %', state: 'todo' },
    ],
    startedAtMs: NOW_MS - 300_000,
    atWeightSinceMs: NOW_MS - 90_000,
    evidence: exampleEvidence(),
    analyses: [exampleAnalysis()],
    operations: ['pause', 'promote', 'promote-full', 'abort', 'rollback', 'skip-analysis'],
    containers: [{ name: 'checkout', image: 'shop/checkout:1.4' }],
    revisions: [{ revision: 3, images: ['shop/checkout:1.3'] }],
    ...part,
  };
}

/** The same before anything is released. */
export function exampleIdleRelease(part: Partial<ReleaseState> = {}): ReleaseState {
  return exampleRelease({
    phase: 'idle',
    status: 'nothing is released',
    canary: null,
    weight: 0,
    steps: [],
    startedAtMs: null,
    atWeightSinceMs: null,
    evidence: null,
    analyses: [],
    operations: ['start', 'undo', 'restart'],
    ...part,
  });
}

export function exampleReleasePoint(atMs: number, part: Partial<ReleasePoint> = {}): ReleasePoint {
  return {
    releaseId: 'shop/Deployment/checkout',
    atMs,
    weight: 10,
    stable: {
      requestsPerSecond: 90,
      errorShare: 0.005,
      latencyP50Ms: 40,
      latencyP95Ms: 110,
      latencyP99Ms: 180,
    },
    canary: {
      requestsPerSecond: 10,
      errorShare: 0.007,
      latencyP50Ms: 42,
      latencyP95Ms: 118,
      latencyP99Ms: 190,
    },
    evidence: { errorHarm: -0.4, latencyHarm: -0.6, errorSafety: 0.65, latencySafety: 0.8 },
    decision: 'hold',
    ...part,
  };
}
