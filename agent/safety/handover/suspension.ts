import * as z from 'zod';
import { canonicalJson } from '../../journal/canonicalJson';
import { isSame } from './json';

/** How an HPA scales and by what: as much of its spec as a take-over changes. */
export interface HpaRules {
  metrics: unknown;
  behavior: unknown;
}

const Direction = z.looseObject({ selectPolicy: z.string().nullish() });
type Direction = z.infer<typeof Direction>;
const Behavior = z.looseObject({ scaleUp: Direction.nullish(), scaleDown: Direction.nullish() });

const Target = z.looseObject({
  type: z.literal('Utilization'),
  averageUtilization: z.number(),
});
const Source = z.looseObject({ name: z.literal('cpu'), container: z.string().optional(), target: Target });
/** A metric that goes by CPU utilisation, of the pod or of one container. */
const CpuMetric = z.union([
  z.looseObject({ type: z.literal('Resource'), resource: Source }),
  z.looseObject({ type: z.literal('ContainerResource'), containerResource: Source }),
]);
type CpuMetric = z.infer<typeof CpuMetric>;

/**
 * What the API server fills in where a behavior leaves something out. It is written out, so that what is read later is
 * what was sent. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
 */
const DEFAULT_UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DEFAULT_DOWN = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

/**
 * The rules of an HPA that only catches an overload: it never scales down, and up only from `cpuPercent` of the
 * request on. By its other metrics it would go on scaling up, and undo each step down: they are left out. One that does
 * not go by CPU utilisation has no such net, and does not scale at all.
 */
export function suspended({ metrics, behavior }: HpaRules, cpuPercent: number): HpaRules {
  const { scaleUp, scaleDown, ...others } = Behavior.safeParse(behavior).data ?? {};
  const net = listOf(metrics).filter(isNet);
  const hasNet = net.length > 0;
  const up = { ...DEFAULT_UP, ...scaleUp };
  return {
    metrics: hasNet ? net.map((metric) => raised(metric, cpuPercent)) : metrics,
    behavior: {
      ...others,
      scaleUp: hasNet ? up : { ...up, selectPolicy: 'Disabled' },
      scaleDown: { ...DEFAULT_DOWN, ...scaleDown, selectPolicy: 'Disabled' },
    },
  };
}

/**
 * The rules as they were before, but for what somebody has changed since, which stays.
 *
 * @param cpuPercent what `suspended` was made with; null where nobody knows: then no target counts as changed since
 */
export function resumed(current: HpaRules, original: HpaRules, cpuPercent: number | null): HpaRules {
  const ours = suspended(original, cpuPercent ?? 0);
  return {
    metrics: isSame(current.metrics, ours.metrics)
      ? original.metrics
      : resumedMetrics(current.metrics, original.metrics, cpuPercent),
    behavior: isSame(current.behavior, ours.behavior)
      ? original.behavior
      : resumedBehavior(current.behavior, original.behavior, ours.behavior),
  };
}

function resumedMetrics(current: unknown, original: unknown, cpuPercent: number | null): unknown {
  const resumedNet = mapMetrics(current, (metric) => {
    const now = cpuOf(metric);
    const before = listOf(original)
      .map(cpuOf)
      .find((candidate) => candidate !== null && now !== null && identityOf(candidate) === identityOf(now));
    if (!now || !before) return metric;
    const was = sourceOf(before).target.averageUtilization;
    const isOurs =
      cpuPercent === null || (was < cpuPercent && sourceOf(now).target.averageUtilization === cpuPercent);
    return isOurs ? withTarget(now, was) : metric;
  });
  const missing = leftOut(current, original);
  return missing.length === 0 ? resumedNet : [...listOf(resumedNet), ...missing];
}

/** What a take-over has left out and nobody has put in its place since. */
function leftOut(current: unknown, original: unknown): readonly unknown[] {
  const before = listOf(original);
  if (!before.some(isNet)) return [];
  const others = (metrics: readonly unknown[]) => metrics.filter((metric) => !isNet(metric));
  const there = new Set(others(listOf(current)).map(sourceText));
  return others(before).filter((metric) => !there.has(sourceText(metric)));
}

/** Somebody has changed it since: only what keeps it from scaling is taken out of it. */
function resumedBehavior(current: unknown, original: unknown, ours: unknown): unknown {
  const now = Behavior.safeParse(current).data;
  if (!now) return current;
  const was = Behavior.safeParse(original).data;
  const set = Behavior.safeParse(ours).data;
  const direction = (name: 'scaleUp' | 'scaleDown'): Record<string, Direction> => {
    const at = now[name];
    if (!at) return {};
    const isOurs = at.selectPolicy === 'Disabled' && set?.[name]?.selectPolicy === 'Disabled';
    return { [name]: isOurs ? { ...at, selectPolicy: was?.[name]?.selectPolicy ?? 'Max' } : at };
  };
  return { ...now, ...direction('scaleUp'), ...direction('scaleDown') };
}

function raised(metric: unknown, cpuPercent: number): unknown {
  const cpu = cpuOf(metric);
  return cpu && sourceOf(cpu).target.averageUtilization < cpuPercent ? withTarget(cpu, cpuPercent) : metric;
}

function withTarget(metric: CpuMetric, averageUtilization: number): CpuMetric {
  const at = (source: z.infer<typeof Source>) => ({
    ...source,
    target: { ...source.target, averageUtilization },
  });
  return 'resource' in metric && metric.type === 'Resource'
    ? { ...metric, resource: at(sourceOf(metric)) }
    : { ...metric, type: 'ContainerResource', containerResource: at(sourceOf(metric)) };
}

function sourceOf(metric: CpuMetric): z.infer<typeof Source> {
  return metric.type === 'Resource' ? metric.resource : metric.containerResource;
}

function identityOf(metric: CpuMetric): string {
  return `${metric.type}/${sourceOf(metric).container ?? ''}`;
}

const OtherMetric = z.record(z.string(), z.union([z.string(), z.looseObject({ target: z.unknown() })]));

/** What a metric goes by, whatever its target is. */
function sourceText(metric: unknown): string {
  const { data } = OtherMetric.safeParse(metric);
  if (!data) return canonicalJson(metric);
  const parts = Object.entries(data).map(([key, part]) => {
    if (typeof part === 'string') return [key, part];
    const { target: _, ...source } = part;
    return [key, source];
  });
  return canonicalJson(Object.fromEntries(parts));
}

function isNet(metric: unknown): boolean {
  return cpuOf(metric) !== null;
}

function cpuOf(metric: unknown): CpuMetric | null {
  return CpuMetric.safeParse(metric).data ?? null;
}

function listOf(metrics: unknown): readonly unknown[] {
  return Array.isArray(metrics) ? metrics : [];
}

function mapMetrics(metrics: unknown, change: (metric: unknown) => unknown): unknown {
  return Array.isArray(metrics) ? metrics.map(change) : metrics;
}
