import type { Autoscaler, Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import { rulesBeforeHandover } from '../safety/handover/rulesBefore';
import { decideHpa } from '../tasks/scale/hpa/hpa';
import { HPA_SYNC_SECONDS, HpaSpec, milli } from '../tasks/scale/hpa/hpaSpec';
import { HpaState } from '../tasks/scale/hpa/hpaState';
import type { MetricReading } from '../tasks/scale/hpa/metrics';
import { emptyAggregate } from '../tasks/scale/hpa/podAggregate';
import type { WorkloadHistory } from './history';

/** The HPA that a workload would have without Coxswain. */
export interface BaselineHpa {
  spec: HpaSpec;
  /** Where it is from, for people: `HPA checkout as it was before it was taken over`. */
  text: string;
  notes: readonly string[];
}

/** The customary target where nothing else is known. */
const DEFAULT_TARGET = 0.7;

/** What it was before a take-over, else what it is, else one of 70 % within `scale.minReplicas`…`maxReplicas`. */
export function baselineHpa(workload: Workload, scale: Config['scale']): BaselineHpa {
  const [autoscaler] = workload.autoscalers;
  if (!autoscaler) {
    const text = `an HPA at ${DEFAULT_TARGET * 100} % of the CPU request`;
    const { minReplicas, maxReplicas } = scale;
    return { spec: specOf({ minReplicas, maxReplicas }), text, notes: ['It has no autoscaler.'] };
  }
  const { handover, maxReplicas } = autoscaler;
  const before = rulesBeforeHandover(autoscaler);
  const isChanged = handover !== null && handover !== 'broken';
  const what = `${autoscaler.kind === 'hpa' ? 'HPA' : 'ScaledObject'} ${autoscaler.name}`;
  const text = isChanged ? `${what} as it was before it was taken over` : `${what} as it is`;
  const minReplicas = Math.max(1, before.minReplicas);
  const bounds = { minReplicas, maxReplicas: Math.max(minReplicas, maxReplicas) };
  return { ...specFrom(before, autoscaler, bounds), text };
}

interface Bounds {
  minReplicas: number;
  maxReplicas: number;
}

/** Only CPU is known of the past: what goes by something else is left out. */
function specFrom(
  { metrics, behavior }: Pick<Autoscaler, 'metrics' | 'behavior'>,
  { kind, targetUtilisation }: Pick<Autoscaler, 'kind' | 'targetUtilisation'>,
  bounds: Bounds,
): { spec: HpaSpec; notes: string[] } {
  if (kind === 'keda') {
    const notes = targetUtilisation === null ? [NO_CPU] : [];
    return { spec: specOf({ ...bounds, target: targetUtilisation ?? DEFAULT_TARGET }), notes };
  }
  const parsed = HpaSpec.safeParse({ ...bounds, scaleTargetRef: TARGET, metrics, behavior });
  if (!parsed.success) return { spec: specOf(bounds), notes: [NO_CPU] };
  const cpu = parsed.data.metrics.filter(
    (metric) =>
      (metric.type === 'Resource' && metric.resource.name === 'cpu') ||
      (metric.type === 'ContainerResource' && metric.containerResource.name === 'cpu'),
  );
  if (cpu.length === 0) return { spec: { ...specOf(bounds), ...rulesOf(parsed.data) }, notes: [NO_CPU] };
  const others = parsed.data.metrics.length - cpu.length;
  const notes = others === 0 ? [] : ['The baseline is reckoned with its CPU target alone.'];
  return { spec: { ...parsed.data, metrics: cpu }, notes };
}

const NO_CPU = `The autoscaler does not go by CPU; the baseline is reckoned with ${DEFAULT_TARGET * 100} % of the CPU request.`;
const TARGET = { kind: 'Deployment', name: 'target' };

function rulesOf({ scaleUp, scaleDown }: HpaSpec): Pick<HpaSpec, 'scaleUp' | 'scaleDown'> {
  return { scaleUp, scaleDown };
}

function specOf({ target = DEFAULT_TARGET, ...bounds }: Bounds & { target?: number }): HpaSpec {
  const averageUtilization = Math.max(1, Math.round(target * 100));
  const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization } };
  return HpaSpec.parse({ ...bounds, scaleTargetRef: TARGET, metrics: [{ type: 'Resource', resource }] });
}

export interface ReplayOptions {
  /** Requested by one pod. */
  requestCores: number;
  /** More one pod cannot use; null without a limit. */
  limitCores: number | null;
  startupSeconds: number;
}

/** A month is some hundred thousand syncs; between so many others get their turn. */
const SYNCS_PER_TURN = 2000;

/**
 * The replicas that the HPA would have had under the demand of the past, means by step as in the history. CPU is taken
 * to be spread evenly, demand to be what was used. Where there is no demand on record it holds still; before the first
 * there is no result, which is NaN.
 *
 * @param turn awaited every few milliseconds of computation
 */
export async function replayHpa(
  spec: HpaSpec,
  { stepMs, cpuCores, replicas }: Pick<WorkloadHistory, 'stepMs' | 'cpuCores' | 'replicas'>,
  options: ReplayOptions,
  turn: () => Promise<unknown>,
): Promise<Float64Array> {
  const result = new Float64Array(cpuCores.length).fill(Number.NaN);
  const syncs = Math.max(1, Math.round(stepMs / 1000 / HPA_SYNC_SECONDS));
  const first = cpuCores.findIndex((cores) => !Number.isNaN(cores));
  if (first < 0) return result;
  const found = replicas[first] as number;
  const replay = new Replay(spec, options, Number.isNaN(found) ? spec.minReplicas : Math.round(found));
  const stepsPerTurn = Math.max(1, Math.floor(SYNCS_PER_TURN / syncs));
  for (let step = first; step < cpuCores.length; step++) {
    if (step % stepsPerTurn === 0) await turn();
    let sum = 0;
    for (let sync = 0; sync < syncs; sync++) sum += replay.sync(cpuCores[step] as number);
    result[step] = sum / syncs;
  }
  return result;
}

/** One HPA on one target. */
class Replay {
  readonly #spec: HpaSpec;
  readonly #options: ReplayOptions;
  readonly #state = new HpaState();
  readonly #pods = emptyAggregate();
  readonly #readings: readonly MetricReading[];
  /** When pods that are starting will be ready, with how many; earliest first. */
  #starting: { atSeconds: number; count: number }[] = [];
  #count: number;
  #nowSeconds = 0;

  constructor(spec: HpaSpec, options: ReplayOptions, count: number) {
    this.#spec = spec;
    this.#options = options;
    this.#readings = spec.metrics.map(() => ({ kind: 'pods', pods: this.#pods }));
    this.#count = Math.min(Math.max(count, spec.minReplicas, 1), spec.maxReplicas);
  }

  /** One sync under this demand. @returns the replicas until the next */
  sync(demandCores: number): number {
    this.#nowSeconds += HPA_SYNC_SECONDS;
    this.#starting = this.#starting.filter(({ atSeconds }) => atSeconds > this.#nowSeconds);
    if (Number.isNaN(demandCores)) return this.#count;
    const specReplicas = this.#count;
    this.#look(demandCores);
    const { desiredReplicas } = decideHpa(this.#spec, this.#state, {
      nowSeconds: this.#nowSeconds,
      specReplicas,
      statusReplicas: specReplicas,
      readings: this.#readings,
    });
    if (desiredReplicas !== specReplicas) this.#scaleTo(desiredReplicas);
    return this.#count;
  }

  /** What the metrics show of it. */
  #look(demandCores: number): void {
    const { requestCores, limitCores } = this.#options;
    const unready = this.#starting.reduce((sum, { count }) => sum + count, 0);
    const ready = Math.max(1, this.#count - unready);
    const pods = this.#pods;
    pods.ready = ready;
    pods.unready = this.#count - ready;
    pods.usageMilli = Math.round(Math.min(demandCores, ready * (limitCores ?? demandCores)) * 1000);
    pods.requestMilli = ready * milli(requestCores);
    pods.unreadyRequestMilli = pods.unready * milli(requestCores);
  }

  #scaleTo(count: number): void {
    this.#state.noteRescale(this.#nowSeconds, this.#count, count);
    const more = count - this.#count;
    if (more > 0) {
      const atSeconds = this.#nowSeconds + this.#options.startupSeconds;
      this.#starting.push({ atSeconds, count: more });
    }
    // The pods that are not ready yet go first.
    for (let fewer = -more; fewer > 0 && this.#starting.length > 0; ) {
      const last = this.#starting.at(-1);
      if (!last) break;
      const taken = Math.min(fewer, last.count);
      fewer -= taken;
      if (taken === last.count) this.#starting.pop();
      else last.count -= taken;
    }
    this.#count = count;
  }
}
