import type { KubeObject, ObjectStore } from '../../objectStore';
import type { SeriesStore } from '../../seriesStore';
import { ANALYSIS_RUNS, ROLLOUTS } from '../argo/definitions';
import { condition, keyOf } from '../kinds';
import { SeriesGroup } from './seriesGroup';

/** What Argo Rollouts exposes of itself: https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/ */
export class ArgoMetrics {
  readonly #store: ObjectStore;
  readonly #series: SeriesStore;
  /** By name and labels of the series. */
  readonly #known = new Map<string, SeriesGroup>();

  constructor(store: ObjectStore, series: SeriesStore) {
    this.#store = store;
    this.#series = series;
  }

  scrape(atMs: number): void {
    const present = new Set<string>();
    for (const rollout of this.#store.list(ROLLOUTS)) this.#scrapeRollout(rollout, atMs, present);
    for (const run of this.#store.list(ANALYSIS_RUNS)) {
      this.#append(run, { phase: text(run.status?.phase) }, 'analysis_run_info', 1, atMs, present);
    }
    for (const [key, group] of this.#known) {
      if (present.has(key)) continue;
      group.end(atMs);
      this.#known.delete(key);
    }
  }

  #scrapeRollout(rollout: KubeObject, atMs: number, present: Set<string>): void {
    const { spec = {}, status = {} } = rollout;
    const info = { ...strategyOf(spec), phase: phaseLabel(rollout) };
    this.#append(rollout, info, 'rollout_info', 1, atMs, present);
    const available = Number(status.availableReplicas ?? 0);
    const counts = {
      desired: Number(spec.replicas ?? 1),
      available,
      unavailable: Math.max(0, Number(status.replicas ?? 0) - available),
      updated: Number(status.updatedReplicas ?? 0),
    };
    for (const [what, value] of Object.entries(counts)) {
      this.#append(rollout, {}, `rollout_info_replicas_${what}`, value, atMs, present);
    }
  }

  /** A phase that has passed ends its series. */
  #append(
    { metadata }: KubeObject,
    labels: Record<string, string>,
    metric: string,
    value: number,
    atMs: number,
    present: Set<string>,
  ): void {
    const key = `${metric} ${keyOf(metadata)} ${JSON.stringify(labels)}`;
    present.add(key);
    let known = this.#known.get(key);
    if (!known) {
      const all = { namespace: metadata.namespace ?? '', name: metadata.name, ...labels };
      known = new SeriesGroup(this.#series, all);
      this.#known.set(key, known);
    }
    known.append(atMs, metric, value);
  }
}

/** By the reason of the condition `Progressing`: these are not the phases of the status. */
const PHASES: Readonly<Record<string, string>> = {
  NewReplicaSetAvailable: 'Completed',
  RolloutPaused: 'Paused',
  ReplicaSetCreateError: 'Error',
  ProgressDeadlineExceeded: 'Timeout',
  RolloutAborted: 'Abort',
};

function phaseLabel(rollout: KubeObject): string {
  if (condition(rollout, 'InvalidSpec')) return 'InvalidSpec';
  return PHASES[text(condition(rollout, 'Progressing')?.reason)] ?? 'Progressing';
}

const TRAFFIC_ROUTERS = { istio: 'Istio', nginx: 'Nginx', alb: 'ALB', smi: 'SMI' } as const;

/** As the real one labels it; routers of plug-ins have no name. */
function strategyOf({ strategy }: Record<string, unknown>): { strategy: string; traffic_router: string } {
  const { canary, blueGreen } = (strategy ?? {}) as {
    canary?: { trafficRouting?: Record<string, unknown> };
    blueGreen?: unknown;
  };
  const routing = canary?.trafficRouting ?? {};
  const router = Object.entries(TRAFFIC_ROUTERS).find(([field]) => routing[field] !== undefined)?.[1];
  const name = blueGreen !== undefined ? 'blueGreen' : canary === undefined ? 'none' : 'canary';
  return { strategy: name, traffic_router: router ?? '' };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
