/** What a metric is, as Prometheus has it, and as docs/monitoring.md tells it. */
export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Upper bounds, of a histogram. */
  buckets?: readonly number[];
}

const WORKLOAD = ['namespace', 'workload'] as const;
/** `operator`: coxswain, argo-rollouts or flagger. */
const RELEASE = ['namespace', 'kind', 'name'] as const;
const RECOVERY_BOUNDS = [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800];
const SHARE_BOUNDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/**
 * Every metric of ours, by its name; process metrics come on top. Seconds are those of the cluster's clock unless it
 * says wall time. A test holds docs/monitoring.md and what is exported to this table.
 */
export const METRICS = {
  coxswain_build_info: gauge('1, with the version of the agent.', ['version']),
  coxswain_connected: gauge('Whether a cluster is connected, and its API server answers: 1 or 0.'),
  coxswain_mode: gauge('1 for the mode that the agent runs in, 0 for the others.', ['mode']),
  coxswain_control: gauge('1 for running, paused or stopped (by an emergency stop), 0 for the others.', [
    'state',
  ]),
  coxswain_workload_health: gauge(
    'Health of a workload: 1 healthy, 0.5 warming or degraded, 0 failing; absent where it is unknown.',
    WORKLOAD,
  ),
  coxswain_health_score: gauge('Mean health of the workloads of a namespace, 0…1.', ['namespace']),
  coxswain_incident_open_seconds: gauge(
    'How long a workload has not been well: since its open incident was detected, 0 without one.',
    WORKLOAD,
  ),
  coxswain_data_age_seconds: gauge(
    'Age of the data that a workload is judged by; absent where there is none.',
    WORKLOAD,
  ),
  coxswain_reward: gauge('Addends of the latest reward of a workload; their sum is the reward.', [
    ...WORKLOAD,
    'term',
  ]),
  coxswain_proposals_pending: gauge('Proposals that wait for a person.'),
  coxswain_actions_total: counter(
    'Wishes to act, once their end is known: by kind of action, ruling of the guard, and outcome. The outcome is what was measured of an action, else why there was none.',
    ['kind', 'verdict', 'outcome'],
  ),
  coxswain_guard_verdicts_total: counter('Rulings of the guard, by the rule that decided.', [
    'rule',
    'verdict',
  ]),
  coxswain_decision_confidence: histogram(
    'Confidence of the journaled decisions, 0…1, by kind of action.',
    ['kind'],
    SHARE_BOUNDS,
  ),
  coxswain_decision_seconds: histogram(
    'Wall time of the journaled decisions.',
    [],
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
  ),
  coxswain_detection_seconds: histogram(
    'From the injection of a fault to its detection, by kind of fault.',
    ['fault_kind'],
    RECOVERY_BOUNDS,
  ),
  coxswain_recovery_seconds: histogram(
    'From the injection of a fault, where it is known, else from detection, to the recovery of the workload.',
    ['fault_kind'],
    RECOVERY_BOUNDS,
  ),
  coxswain_chaos_faults_running: gauge('Faults that are under way, by kind and by who carries them out.', [
    'kind',
    'provider',
  ]),
  coxswain_chaos_fault_open_seconds: gauge('How long the oldest fault that is under way has lasted.', [
    'kind',
    'provider',
  ]),
  coxswain_chaos_runs_total: counter('Experiments that were run, by their verdict.', [
    'experiment',
    'verdict',
  ]),
  coxswain_resilience_score: gauge('Resilience score of the latest run of an experiment, 0…100.', [
    'experiment',
  ]),
  coxswain_scaling_steering: gauge(
    '1 for how much say the scaler has over a workload (off, shadow, advise, own), 0 for the others.',
    [...WORKLOAD, 'steering'],
  ),
  coxswain_scaling_handed_back: gauge(
    'Whether the autoscaler is in charge for the time being in place of the scaler, whatever the reason: 1 or 0.',
    WORKLOAD,
  ),
  coxswain_scaling_breaker_open: gauge(
    'Whether it is in charge because the circuit breaker of the workload has opened, which takes over again by time: 1 or 0.',
    WORKLOAD,
  ),
  coxswain_scaling_replicas: gauge(
    'Replicas at the latest step: those that are wanted now (wanted) and that are ready (ready), those that the policy wants (policy), and that the HPA wants or would want (hpa).',
    [...WORKLOAD, 'of'],
  ),
  coxswain_scaling_demand_pods: gauge('Load in pods at full utilisation at the latest step.', WORKLOAD),
  coxswain_scaling_within_slo: gauge(
    'Share of the requests of the latest step that were neither late nor failed, 0…1.',
    WORKLOAD,
  ),
  coxswain_scaling_cost_per_hour: gauge(
    'What the pods cost for an hour, in the currency of the config: those that there are (actual) and those that the HPA wants (baseline).',
    [...WORKLOAD, 'of'],
  ),
  coxswain_release_weight: gauge(
    'Percent of the traffic on the canary of a release; absent where nobody knows.',
    RELEASE,
  ),
  coxswain_release_phase: gauge('1 for the phase that a release is in, 0 for the others.', [
    ...RELEASE,
    'phase',
  ]),
  coxswain_release_evidence_log10: gauge(
    'log10 of the e-value of a sequential test of the release under way: of harm or safety (of), by failed or slow requests (by).',
    [...RELEASE, 'of', 'by'],
  ),
  coxswain_predictions_total: counter('Answers of /predict, by the action that was chosen.', [
    'task',
    'action',
  ]),
  coxswain_prediction_confidence: histogram(
    'Confidence of the answers of /predict, 0…1.',
    ['task'],
    SHARE_BOUNDS,
  ),
  coxswain_out_of_distribution: gauge(
    'How unusual the latest observation of /predict was against those of the training; above 1 the guard asks. Absent where the policy cannot tell.',
    ['task'],
  ),
  coxswain_journal_rows_total: counter('Rows appended to the journal, by kind.', ['kind']),
  coxswain_rest_requests_total: counter('Requests that the REST service has answered.', [
    'method',
    'route',
    'status',
  ]),
  coxswain_rest_request_seconds: histogram(
    'Wall time of the answers of the REST service.',
    ['route'],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  ),
} as const satisfies Record<string, MetricDefinition>;
export type MetricName = keyof typeof METRICS;

function gauge(help: string, labels: readonly string[] = []): MetricDefinition {
  return { type: 'gauge', help, labels };
}

function counter(help: string, labels: readonly string[] = []): MetricDefinition {
  return { type: 'counter', help, labels };
}

function histogram(help: string, labels: readonly string[], buckets: readonly number[]): MetricDefinition {
  return { type: 'histogram', help, labels, buckets };
}
