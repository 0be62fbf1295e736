import { BUCKETS, histogramQuantile, LATENCY_BOUNDS_SECONDS } from '../../sim/histogram';
import type { SimPod } from '../../sim/pod';
import type { SimulationPoint, SimulationRecord } from '../control/controlApi';

const POINT_SECONDS = 15;

/** A pod as the meter sees it. */
export interface MeteredPod {
  uid: string;
  sim: SimPod;
  cpuRequestCores: number;
  memoryRequestBytes: number;
}

/** Of the app at this moment. */
export interface MeteredState {
  pods: readonly MeteredPod[];
  replicas: number;
  readyReplicas: number;
  /** Requests that found no pod, since its load was set. */
  unrouted: number;
}

/** From when to when it counts, and what it counts by. */
export interface MeterOptions {
  /** Infinity: not yet. */
  startMs: number;
  endMs: number;
  /** What a request may take: the end of a bucket of latencies. */
  sloSeconds: number;
  /** Requests per second that make a pod use all of its CPU. */
  podRate: number;
}

/** Counters of one pod that only rise while its container runs. */
interface Counters {
  requests: number;
  within: number;
  answered: number;
  cpuSeconds: number;
  buckets: Float64Array;
}

type Totals = Counters & {
  podSeconds: number;
  requestedCoreSeconds: number;
  requestedMemoryByteSeconds: number;
};

/** Counts what happens to the requests of one app, from the pods' own counters: nothing is lost with a pod. */
export class Meter {
  readonly #options: MeterOptions;
  #readyReplicas = 0;
  readonly #bucket: number;
  readonly #pods = new Map<string, { pod: MeteredPod; seen: Counters }>();
  readonly #totals: Totals = {
    ...noCounters(),
    podSeconds: 0,
    requestedCoreSeconds: 0,
    requestedMemoryByteSeconds: 0,
  };
  readonly #points: SimulationPoint[] = [];
  #atMs: number | null = null;
  #unrouted = 0;
  #replicas: number | null = null;
  #scalingActions = 0;
  #pointAtMs: number;
  #atLastPoint = { requests: 0, within: 0 };

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#bucket = LATENCY_BOUNDS_SECONDS.indexOf(options.sloSeconds);
    if (this.#bucket < 0) throw new RangeError(`no bucket of latencies ends at ${options.sloSeconds} s`);
    this.#pointAtMs = options.startMs + POINT_SECONDS * 1000;
  }

  /** To be called after each step of the simulation. */
  sample(nowMs: number, state: MeteredState): void {
    const seconds = this.#atMs === null ? 0 : (nowMs - this.#atMs) / 1000;
    this.#readyReplicas = state.readyReplicas;
    if (nowMs > this.#options.endMs) {
      this.#replicas = state.replicas;
      return;
    }
    this.#atMs = nowMs;
    const counts = nowMs > this.#options.startMs;
    this.#countPods(state.pods, counts ? seconds : 0, counts);
    this.#countUnrouted(state.unrouted, counts);
    if (counts && this.#replicas !== null && this.#replicas !== state.replicas) this.#scalingActions += 1;
    this.#replicas = state.replicas;
    if (nowMs >= this.#pointAtMs) this.#addPoint(nowMs, state);
  }

  record(namespace: string): SimulationRecord {
    const { requests, within, answered, buckets, ...totals } = this.#totals;
    const { podSeconds, cpuSeconds, requestedCoreSeconds, requestedMemoryByteSeconds } = totals;
    const p95 = histogramQuantile(0.95, buckets, answered);
    return {
      namespace,
      seconds: Math.max(0, (this.#atMs ?? 0) - this.#options.startMs) / 1000,
      replicas: this.#replicas ?? 0,
      readyReplicas: this.#readyReplicas,
      requests,
      violated: Math.max(0, requests - within),
      latencyP95Seconds: Number.isNaN(p95) ? null : p95,
      podSeconds,
      cpuSeconds,
      requestedCoreSeconds,
      requestedMemoryByteSeconds,
      scalingActions: this.#scalingActions,
      points: [...this.#points],
    };
  }

  #countPods(pods: readonly MeteredPod[], seconds: number, counts: boolean): void {
    for (const pod of pods) {
      if (!this.#pods.has(pod.uid)) this.#pods.set(pod.uid, { pod, seen: noCounters() });
      this.#totals.podSeconds += seconds;
      this.#totals.requestedCoreSeconds += seconds * pod.cpuRequestCores;
      this.#totals.requestedMemoryByteSeconds += seconds * pod.memoryRequestBytes;
    }
    const present = new Set(pods.map(({ uid }) => uid));
    for (const [uid, entry] of this.#pods) {
      const now = countersOf(entry.pod.sim, this.#bucket);
      if (counts) addDifference(this.#totals, now, entry.seen);
      entry.seen = now;
      // Its last requests are counted by now.
      if (!present.has(uid)) this.#pods.delete(uid);
    }
  }

  #countUnrouted(unrouted: number, counts: boolean): void {
    // Another load counts anew.
    const more = unrouted >= this.#unrouted ? unrouted - this.#unrouted : unrouted;
    if (counts) this.#totals.requests += more;
    this.#unrouted = unrouted;
  }

  #addPoint(nowMs: number, { replicas, readyReplicas }: MeteredState): void {
    const { startMs, podRate } = this.#options;
    const { requests, within } = this.#totals;
    const asked = requests - this.#atLastPoint.requests;
    const served = within - this.#atLastPoint.within;
    const seconds = POINT_SECONDS + (nowMs - this.#pointAtMs) / 1000;
    this.#points.push({
      seconds: (nowMs - startMs) / 1000,
      requestsPerSecond: asked / seconds,
      demandPods: asked / seconds / podRate,
      replicas,
      readyReplicas,
      violatedShare: asked > 0 ? Math.max(0, 1 - served / asked) : 0,
    });
    this.#atLastPoint = { requests, within };
    this.#pointAtMs = nowMs + POINT_SECONDS * 1000;
  }
}

function noCounters(): Counters {
  return { requests: 0, within: 0, answered: 0, cpuSeconds: 0, buckets: new Float64Array(BUCKETS) };
}

function countersOf(sim: SimPod, sloBucket: number): Counters {
  const answered = sim.succeeded + sim.failed + sim.timedOut;
  return {
    requests: answered + sim.refused + sim.lost,
    within: Math.max(0, (sim.latencyBuckets[sloBucket] ?? 0) - sim.failed),
    answered,
    cpuSeconds: sim.cpuSeconds,
    buckets: Float64Array.from(sim.latencyBuckets),
  };
}

/** Counters that have fallen are those of a container that has started anew. */
function addDifference(totals: Counters, now: Counters, seen: Counters): void {
  const before = now.requests >= seen.requests && now.cpuSeconds >= seen.cpuSeconds ? seen : noCounters();
  totals.requests += now.requests - before.requests;
  totals.within += now.within - before.within;
  totals.answered += now.answered - before.answered;
  totals.cpuSeconds += now.cpuSeconds - before.cpuSeconds;
  for (let index = 0; index < BUCKETS; index++) {
    totals.buckets[index] =
      (totals.buckets[index] ?? 0) + (now.buckets[index] ?? 0) - (before.buckets[index] ?? 0);
  }
}
