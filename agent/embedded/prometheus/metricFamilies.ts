export interface MetricFamily {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'untyped';
  help: string;
}

const gauge = (name: string, help: string): MetricFamily => ({ name, type: 'gauge', help });
const counter = (name: string, help: string): MetricFamily => ({ name, type: 'counter', help });

/** What the embedded cluster's scraper writes, in the words of cAdvisor, kube-state-metrics and the app. */
const FAMILIES: readonly MetricFamily[] = [
  counter('container_cpu_usage_seconds_total', 'Cumulative cpu time consumed in seconds.'),
  counter('container_cpu_cfs_periods_total', 'Number of elapsed enforcement period intervals.'),
  counter('container_cpu_cfs_throttled_periods_total', 'Number of throttled period intervals.'),
  counter(
    'container_cpu_cfs_throttled_seconds_total',
    'Total time duration the container has been throttled.',
  ),
  gauge('container_memory_working_set_bytes', 'Current working set in bytes.'),
  gauge('container_memory_usage_bytes', 'Current memory usage in bytes, including all memory.'),
  gauge('container_spec_cpu_quota', 'CPU quota of the container.'),
  gauge('container_spec_cpu_period', 'CPU period of the container.'),
  gauge('container_spec_memory_limit_bytes', 'Memory limit for the container.'),
  gauge('kube_pod_status_phase', 'The pods current phase.'),
  gauge('kube_pod_status_ready', 'Describes whether the pod is ready to serve requests.'),
  counter('kube_pod_container_status_restarts_total', 'The number of container restarts per container.'),
  gauge(
    'kube_pod_container_status_waiting_reason',
    'Describes the reason the container is currently in waiting state.',
  ),
  gauge(
    'kube_pod_container_status_last_terminated_reason',
    'Describes the last reason the container was in terminated state.',
  ),
  gauge('kube_pod_container_resource_limits', 'The number of requested limit resource by a container.'),
  gauge('kube_pod_container_resource_requests', 'The number of requested request resource by a container.'),
  gauge('kube_horizontalpodautoscaler_spec_min_replicas', 'Lower limit for the number of pods.'),
  gauge('kube_horizontalpodautoscaler_spec_max_replicas', 'Upper limit for the number of pods.'),
  gauge('kube_horizontalpodautoscaler_status_desired_replicas', 'Number of pods that the autoscaler wants.'),
  gauge('kube_horizontalpodautoscaler_status_current_replicas', 'Number of pods that there were last.'),
  gauge('kube_deployment_spec_replicas', 'Number of desired pods for a deployment.'),
  gauge('kube_deployment_status_replicas', 'The number of replicas per deployment.'),
  gauge('kube_deployment_status_replicas_ready', 'The number of ready replicas per deployment.'),
  gauge('kube_deployment_status_replicas_available', 'The number of available replicas per deployment.'),
  gauge('kube_deployment_status_replicas_unavailable', 'The number of unavailable replicas per deployment.'),
  gauge('kube_deployment_status_replicas_updated', 'The number of updated replicas per deployment.'),
  gauge('kube_node_status_condition', 'The condition of a cluster node.'),
  gauge('kube_node_spec_unschedulable', 'Whether a node can schedule new pods.'),
  counter('http_requests_total', 'Requests that the app has answered, by status.'),
  { name: 'http_request_duration_seconds', type: 'histogram', help: 'How long the requests took.' },
  gauge('flagger_canary_status', 'Last known canary analysis status: 0 running, 1 successful, 2 failed.'),
  gauge('flagger_canary_weight', 'Percent of the traffic on the workload.'),
  gauge('flagger_canary_metric_analysis', 'Last canary analysis result by metric.'),
  counter('flagger_canary_successes_total', 'Canaries that were promoted.'),
  counter('flagger_canary_failures_total', 'Canaries that were rolled back.'),
  {
    name: 'flagger_canary_duration_seconds',
    type: 'histogram',
    help: 'Seconds spent performing canary analysis.',
  },
  gauge('rollout_info', 'Information about rollout.'),
  gauge('rollout_info_replicas_available', 'The number of available replicas per rollout.'),
  gauge('rollout_info_replicas_unavailable', 'The number of unavailable replicas per rollout.'),
  gauge('rollout_info_replicas_desired', 'The number of desired replicas per rollout.'),
  gauge('rollout_info_replicas_updated', 'The number of updated replicas per rollout.'),
  gauge('analysis_run_info', 'Information about analysis run.'),
];

const BY_METRIC = new Map(
  FAMILIES.flatMap((family) =>
    family.type === 'histogram'
      ? ['_bucket', '_sum', '_count'].map((suffix): [string, MetricFamily] => [family.name + suffix, family])
      : [[family.name, family] as [string, MetricFamily]],
  ),
);

/** The family that a metric's samples belong to. */
export function familyOf(metric: string): MetricFamily {
  return BY_METRIC.get(metric) ?? { name: metric, type: 'untyped', help: 'Of the embedded cluster.' };
}
