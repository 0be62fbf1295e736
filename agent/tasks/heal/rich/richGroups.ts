import { RICH_FIELDS } from './richSpec';

/**
 * The fields of the rich observation by what they tell together, for explanations: people do not think in 54 numbers,
 * and exact Shapley values take 2ⁿ evaluations. Each field is in exactly one group.
 */
export const RICH_GROUPS = {
  'pods that are not ready': [
    'healthy_count',
    'degraded_count',
    'time_since_failure',
    'ready_share',
    'warming_count',
    'drained_count',
    'longest_unready',
    'suspect_unready',
  ],
  'crashes and restarts': [
    'crashed_count',
    'suspect_crashing',
    'suspect_restarts',
    'crashes_recent',
    'young_crashes_recent',
    'crash_age',
    'last_crash_oom',
  ],
  'number of replicas': ['replica_count', 'extra_replicas'],
  'CPU, memory and load': [
    'avg_cpu',
    'avg_memory',
    'memory_gap',
    'worst_memory',
    'load_per_ready_pod',
    'cpu_with_one_fewer',
    'saturation_evidence',
  ],
  'latency of the workload': ['avg_latency', 'latency_to_objective', 'latency_trend'],
  'errors of the workload': ['avg_error_rate', 'errors_to_objective', 'errors_trend'],
  'one pod worse than its siblings': [
    'latency_gap',
    'error_gap',
    'error_significance',
    'cpu_gap',
    'suspect_stands_out',
    'suspect_lasted',
    'outlier_evidence',
  ],
  'most pods alike': [
    'median_latency_to_objective',
    'median_errors_to_objective',
    'violating_share',
    'common_evidence',
  ],
  'actions so far, and their effect': [
    'can_act',
    'action_age',
    'actions_recent',
    'last_restart',
    'last_scale_up',
    'last_scale_down',
    'last_drain',
    'latency_since_action',
    'errors_since_action',
  ],
  'what the runbook would do': ['advice_restart', 'advice_scale_up', 'advice_scale_down', 'advice_drain'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** By field, in the order of the spec: the index of its group. */
export const GROUP_OF_FIELD: readonly number[] = RICH_FIELDS.map(({ name }) =>
  Object.values<readonly string[]>(RICH_GROUPS).findIndex((fields) => fields.includes(name)),
);
