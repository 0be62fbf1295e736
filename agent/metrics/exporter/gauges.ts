import {
  type AgentSnapshot,
  type Control,
  clusterNowMs,
  type Fault,
  type Health,
  Mode,
  ReleasePhase,
  type ReleaseState,
  type ScalingPoint,
  type ScalingState,
  ScalingSteering,
  type WorkloadState,
} from '../../protocol';
import type { MetricName } from './metrics';

/** The value of one gauge now. */
export interface GaugeValue {
  name: MetricName;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Where `unknown` is no number. */
const HEALTH_VALUES: Readonly<Record<Health, number | null>> = {
  healthy: 1,
  warming: 0.5,
  degraded: 0.5,
  failing: 0,
  unknown: null,
};
const CONTROLS: readonly Control['kind'][] = ['running', 'paused', 'stopped'];

/** Everything that is so at a moment, read off the state that all views show. @param nowMs wall time */
export function gaugesOf(snapshot: AgentSnapshot, nowMs: number): GaugeValue[] {
  const { connection, mode, control, proposals } = snapshot;
  const clusterMs = clusterNowMs(snapshot.clock, nowMs);
  const isConnected = connection.kind === 'connected' && connection.trouble === null;
  return [
    value('coxswain_connected', {}, isConnected ? 1 : 0),
    ...Mode.options.map((each) => value('coxswain_mode', { mode: each }, each === mode ? 1 : 0)),
    ...CONTROLS.map((state) => value('coxswain_control', { state }, state === control.kind ? 1 : 0)),
    value('coxswain_proposals_pending', {}, proposals.filter(({ state }) => state.kind === 'pending').length),
    ...snapshot.workloads.flatMap((workload) => workloadGauges(workload, snapshot.samples, clusterMs)),
    ...healthScores(snapshot.workloads),
    ...faultGauges(snapshot.faults, clusterMs),
    ...snapshot.scaling.flatMap((state) =>
      scalingGauges(state, snapshot.scalingPoints[state.id]?.at(-1) ?? null),
    ),
    ...snapshot.releases.flatMap(releaseGauges),
  ];
}

function workloadGauges(
  { id, ref, health, incident, data }: WorkloadState,
  samples: AgentSnapshot['samples'],
  nowMs: number,
): GaugeValue[] {
  const labels = { namespace: ref.namespace, workload: ref.name };
  const healthValue = HEALTH_VALUES[health];
  const openMs = incident && incident.recoveredAtMs === null ? nowMs - incident.detectedAtMs : 0;
  const terms = samples[id]?.findLast(({ reward }) => reward !== null)?.rewardTerms ?? {};
  return [
    ...(healthValue === null ? [] : [value('coxswain_workload_health', labels, healthValue)]),
    value('coxswain_incident_open_seconds', labels, secondsOf(openMs)),
    ...('atMs' in data ? [value('coxswain_data_age_seconds', labels, secondsOf(nowMs - data.atMs))] : []),
    ...Object.entries(terms).map(([term, part]) => value('coxswain_reward', { ...labels, term }, part)),
  ];
}

function healthScores(workloads: readonly WorkloadState[]): GaugeValue[] {
  const byNamespace = Map.groupBy(workloads, ({ ref }) => ref.namespace);
  return [...byNamespace].flatMap(([namespace, members]) => {
    const known = members.flatMap(({ health }) => HEALTH_VALUES[health] ?? []);
    if (known.length === 0) return [];
    const mean = known.reduce((sum, each) => sum + each, 0) / known.length;
    return [value('coxswain_health_score', { namespace }, mean)];
  });
}

/** Those that are over count as 0 while they are remembered, so that a graph comes down. */
function faultGauges(faults: readonly Fault[], nowMs: number): GaugeValue[] {
  const groups = Map.groupBy(faults, ({ kind, provider }) => `${kind} ${provider}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const labels = { kind: first.kind, provider: first.provider };
    const running = group.filter(({ state }) => state !== 'ended' && state !== 'failed');
    const longestMs = Math.max(0, ...running.map(({ startedAtMs }) => nowMs - startedAtMs));
    return [
      value('coxswain_chaos_faults_running', labels, running.length),
      value('coxswain_chaos_fault_open_seconds', labels, secondsOf(longestMs)),
    ];
  });
}

/** @param point the latest step; what is not known of it is left out */
function scalingGauges({ id, steering, handedBack }: ScalingState, point: ScalingPoint | null): GaugeValue[] {
  const [namespace = '', , workload = ''] = id.split('/');
  const labels = { namespace, workload };
  const known = (name: MetricName, number: number | null | undefined, more = {}) =>
    number === null || number === undefined ? [] : [value(name, { ...labels, ...more }, number)];
  // Only the breaker says when it tries again.
  const isBreakerOpen = handedBack !== null && handedBack.retryAtMs !== null;
  return [
    ...ScalingSteering.options.map((each) =>
      value('coxswain_scaling_steering', { ...labels, steering: each }, each === steering ? 1 : 0),
    ),
    value('coxswain_scaling_handed_back', labels, handedBack === null ? 0 : 1),
    value('coxswain_scaling_breaker_open', labels, isBreakerOpen ? 1 : 0),
    ...known('coxswain_scaling_replicas', point?.replicas, { of: 'wanted' }),
    ...known('coxswain_scaling_replicas', point?.readyReplicas, { of: 'ready' }),
    ...known('coxswain_scaling_replicas', point?.policyReplicas, { of: 'policy' }),
    ...known('coxswain_scaling_replicas', point?.hpaReplicas, { of: 'hpa' }),
    ...known('coxswain_scaling_demand_pods', point?.demandPods),
    ...known('coxswain_scaling_within_slo', point?.withinSlo),
    ...known('coxswain_scaling_cost_per_hour', point?.costPerHour, { of: 'actual' }),
    ...known('coxswain_scaling_cost_per_hour', point?.baselineCostPerHour, { of: 'baseline' }),
  ];
}

function releaseGauges({ ref, weight, phase, evidence }: ReleaseState): GaugeValue[] {
  const labels = { namespace: ref.namespace, kind: ref.kind, name: ref.name };
  const sides =
    evidence === null
      ? []
      : ([
          ['errors', evidence.errors],
          ['latency', evidence.latency],
        ] as const);
  return [
    ...(weight === null ? [] : [value('coxswain_release_weight', labels, weight)]),
    ...ReleasePhase.options.map((each) =>
      value('coxswain_release_phase', { ...labels, phase: each }, each === phase ? 1 : 0),
    ),
    ...sides.flatMap(([by, side]) =>
      (['harm', 'safety'] as const).map((of) =>
        value('coxswain_release_evidence_log10', { ...labels, of, by }, side[of].log10),
      ),
    ),
  ];
}

function value(name: MetricName, labels: Readonly<Record<string, string>>, number: number): GaugeValue {
  return { name, labels, value: number };
}

/** The two clocks may differ by a little. */
function secondsOf(ms: number): number {
  return Math.max(0, ms / 1000);
}
