import type { Metric } from './canarySpec';
import type { CanaryView } from './canaryView';
import { METRIC_TEMPLATES } from './definitions';
import { DURATION_QUERY, NoValues, type QueryModel, renderQuery, SUCCESS_RATE_QUERY } from './metricQuery';

export interface MetricPorts {
  /** The value of an instant query. Throws NoValues and PromqlError. */
  query(promql: string): number;
  /** What a metric was found to be. */
  measured(metric: string, value: number): void;
}

/** Why the canary gets no further by one of its metrics, in Flagger's words; null where all are well. */
export function failedMetric(view: CanaryView, ports: MetricPorts): string | null {
  const { metrics } = view.spec.analysis;
  for (const check of [builtInProblem, ownProblem]) {
    for (const metric of metrics) {
      const problem = check(view, metric, ports);
      if (problem !== null) return problem;
    }
  }
  return null;
}

/** Metrics that Flagger knows by name, and queries that stand in the Canary itself. */
function builtInProblem(view: CanaryView, metric: Metric, ports: MetricPorts): string | null {
  if (metric.name === 'request-success-rate') return successRateProblem(view, metric, ports);
  if (metric.name === 'request-duration') return durationProblem(view, metric, ports);
  if (metric.query === '') return null;
  return measure(
    () => ports.query(renderQuery(metric.query, modelOf(view, metric))),
    (value) => thresholdProblem(view, metric, value, ports),
    {
      empty: () => `Halt advancement no values found for metric: ${metric.name}`,
      failed: (why) => `Prometheus query failed for ${metric.name}: ${why}`,
    },
  );
}

/** By a MetricTemplate. */
function ownProblem(view: CanaryView, metric: Metric, ports: MetricPorts): string | null {
  const isBuiltIn = metric.name === 'request-success-rate' || metric.name === 'request-duration';
  if (metric.templateRef) {
    return measure(
      () => ports.query(templateQuery(view, metric)),
      (value) => thresholdProblem(view, metric, value, ports),
      {
        empty: (why) => `Halt advancement no values found for custom metric: ${metric.name}: ${why}`,
        failed: (why) =>
          why.startsWith('Metric template') ? why : `Metric query failed for ${metric.name}: ${why}`,
      },
    );
  }
  if (isBuiltIn || metric.query !== '') return null;
  return 'Metric query failed for no usable metrics template and query were configured';
}

function successRateProblem(view: CanaryView, metric: Metric, ports: MetricPorts): string | null {
  return measure(
    () => ports.query(renderQuery(SUCCESS_RATE_QUERY, modelOf(view, metric))),
    (percent) => {
      ports.measured(metric.name, percent);
      const { min = metric.thresholdRange ? undefined : metric.threshold, max } = metric.thresholdRange ?? {};
      const halt = `Halt ${view.title} advancement success rate ${percent.toFixed(2)}%`;
      if (min !== undefined && percent < min) return `${halt} < ${min}%`;
      return max !== undefined && percent > max ? `${halt} > ${max}%` : null;
    },
    noTraffic(view, metric, ': running query failed: no values found'),
  );
}

function durationProblem(view: CanaryView, metric: Metric, ports: MetricPorts): string | null {
  return measure(
    () => Math.trunc(ports.query(renderQuery(DURATION_QUERY, modelOf(view, metric))) * 1000),
    (ms) => {
      ports.measured(metric.name, ms / 1000);
      const { min, max = metric.thresholdRange ? undefined : metric.threshold } = metric.thresholdRange ?? {};
      const halt = `Halt ${view.title} advancement request duration ${goDuration(ms)}`;
      if (min !== undefined && ms < min) return `${halt} < ${goDuration(min)}`;
      return max !== undefined && ms > max ? `${halt} > ${goDuration(max)}` : null;
    },
    noTraffic(view, metric, ''),
  );
}

function noTraffic({ spec, names, namespace }: CanaryView, metric: Metric, suffix: string): Failures {
  return {
    empty: () =>
      `Halt advancement no values found for ${spec.provider} metric ${metric.name} probably ${names.target}.${namespace} is not receiving traffic${suffix}`,
    failed: (why) => `Prometheus query failed: ${why}`,
  };
}

interface Failures {
  empty(why: string): string;
  failed(why: string): string;
}

function measure(
  read: () => number,
  problemOf: (value: number) => string | null,
  failures: Failures,
): string | null {
  let value: number;
  try {
    value = read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return error instanceof NoValues ? failures.empty(why) : failures.failed(why);
  }
  return problemOf(value);
}

function thresholdProblem(
  { title }: CanaryView,
  { name, threshold, thresholdRange }: Metric,
  value: number,
  ports: MetricPorts,
): string | null {
  ports.measured(name, value);
  const { min, max = thresholdRange ? undefined : threshold } = thresholdRange ?? {};
  const halt = `Halt ${title} advancement ${name} ${value.toFixed(2)}`;
  if (min !== undefined && value < min) return `${halt} < ${min}`;
  return max !== undefined && value > max ? `${halt} > ${max}` : null;
}

/** Every Prometheus that a template names is the embedded cluster's own: there is no other in it. */
function templateQuery(view: CanaryView, metric: Metric): string {
  const { name = '', namespace = view.namespace } = metric.templateRef ?? {};
  const title = `${name}.${namespace}`;
  const template = view.cluster.store.get(METRIC_TEMPLATES, namespace, name);
  if (!template) {
    throw new Error(`Metric template ${title} error: metrictemplate.flagger.app "${name}" not found`);
  }
  const { type, address = '' } = (template.spec?.provider ?? {}) as { type?: string; address?: string };
  if (type !== 'prometheus') {
    throw new Error(
      `Metric template ${title} provider ${type} error: the embedded cluster has prometheus alone`,
    );
  }
  if (!URL.canParse(address)) {
    throw new Error(
      `Metric template ${title} provider prometheus error: prometheus address ${address} is not a valid URL`,
    );
  }
  try {
    return renderQuery(String(template.spec?.query), modelOf(view, metric));
  } catch (error) {
    throw new Error(`Metric template ${title} query render error: ${(error as Error).message}`);
  }
}

function modelOf(view: CanaryView, { interval, templateVariables }: Metric): QueryModel {
  const { name, namespace, names, spec } = view;
  return {
    name,
    namespace,
    target: names.target,
    service: names.apex,
    ingress: spec.ingressRef?.name ?? names.target,
    route: names.target,
    interval,
    variables: templateVariables,
  };
}

/** Milliseconds as Go prints a duration: `500ms`, `1.25s`, `2m0s`. */
function goDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms - minutes * 60_000) / 1000;
  if (minutes === 0) return `${seconds}s`;
  return minutes < 60 ? `${minutes}m${seconds}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}s`;
}
