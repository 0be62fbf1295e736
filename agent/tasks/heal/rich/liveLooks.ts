import type { HealFacts, PodFacts } from '../facts';
import { PodComparison } from './podComparison';
import { CRASHING, DRAINED, GONE, NOT_READY, SERVING } from './podCondition';
import type { RichLook } from './richLook';
import { YOUNG_SECONDS } from './richMemory';

/** Room for so many pods at first; there is more where it is needed. */
const FIRST_CAPACITY = 16;
const OUT_OF_MEMORY = 'OOMKilled';

/** The columns of pods, by row. */
class Columns {
  readonly condition: Uint8Array;
  readonly warming: Uint8Array;
  readonly restarts: Int32Array;
  readonly unreadySeconds: Float64Array;
  readonly podP95Seconds: Float64Array;
  readonly podErrorRate: Float64Array;
  readonly podCpu: Float64Array;
  readonly podMemory: Float64Array;
  readonly podRequests: Float64Array;
  readonly pods: PodComparison;

  constructor(capacity: number) {
    const numbers = () => new Float64Array(capacity);
    this.condition = new Uint8Array(capacity);
    this.warming = new Uint8Array(capacity);
    this.restarts = new Int32Array(capacity);
    this.unreadySeconds = numbers();
    this.podP95Seconds = numbers();
    this.podErrorRate = numbers();
    this.podCpu = numbers();
    this.podMemory = numbers();
    this.podRequests = numbers();
    this.pods = new PodComparison(capacity);
  }
}

/**
 * The looks at one live workload, from the facts of healing: what the simulation's view is there. It follows the pods
 * from look to look, to count the containers that have ended by themselves in between.
 */
export class LiveLooks {
  #columns = new Columns(FIRST_CAPACITY);
  #lookedAt = Number.NaN;
  /** By UID: a number that tells the pod, and what was known of its containers' ends. */
  #followed = new Map<string, Followed>();
  #numbered = 0;
  #lastCrash = { at: Number.NEGATIVE_INFINITY, oom: false };

  /** @param nowMs cluster time. The look is good until the next one is taken. */
  take(facts: HealFacts, nowMs: number, advice: number): RichLook {
    const { pods } = facts;
    if (pods.length > this.#columns.condition.length) this.#columns = new Columns(2 * pods.length);
    const columns = this.#columns;
    const now = nowMs / 1000;
    for (const [row, pod] of pods.entries()) writePod(columns, row, pod, facts.windowMs, now);
    const objectives = { sloSeconds: facts.slo.latencyP95Ms / 1000, sloErrorRate: facts.slo.errorRate };
    columns.pods.compare({ ...columns, count: pods.length }, objectives);
    const crashes = this.#follow(pods, now);
    const { suspect, cpus, memories } = columns.pods;
    const seconds = (ms: number | null) => (ms === null ? Number.NaN : ms / 1000);
    this.#lookedAt = now;
    return {
      ...columns,
      ...objectives,
      count: pods.length,
      now,
      wanted: facts.desiredReplicas,
      base: facts.baseReplicas,
      ready: facts.readyReplicas,
      requestRate: facts.requestsPerSecond ?? Number.NaN,
      p95Seconds: seconds(facts.latencyP95Ms),
      errorRate: facts.errorRate ?? Number.NaN,
      cpu: cpus.size === 0 ? Number.NaN : cpus.mean,
      memory: memories.size === 0 ? Number.NaN : memories.mean,
      unhealthySeconds: facts.unhealthyMs / 1000,
      suspectId: this.#followed.get(pods[suspect]?.uid ?? '')?.number ?? 0,
      ...crashes,
      lastCrashSeconds: now - this.#lastCrash.at,
      lastCrashOom: this.#lastCrash.oom ? 1 : 0,
      advice,
    };
  }

  /** How many containers have ended since the last look; at the first one, nobody knows of earlier ones. */
  #follow(pods: readonly PodFacts[], now: number): { crashes: number; youngCrashes: number } {
    const before = this.#followed;
    const isFirst = Number.isNaN(this.#lookedAt);
    const total = { crashes: 0, youngCrashes: 0 };
    this.#followed = new Map();
    for (const pod of pods) {
      const known = before.get(pod.uid);
      const followed = known ?? {
        number: ++this.#numbered,
        restarts: isFirst ? pod.restarts : 0,
        endedAtMs: isFirst ? (pod.lastTermination?.atMs ?? 0) : 0,
      };
      const ended = endsSince(followed, pod);
      this.#followed.set(pod.uid, {
        number: followed.number,
        restarts: pod.restarts,
        endedAtMs: Math.max(followed.endedAtMs, pod.lastTermination?.atMs ?? 0),
      });
      // A container that is told to end has not ended by itself.
      if (pod.condition.kind === 'terminating') continue;
      this.#noteCrash(pod);
      total.crashes += ended;
      if (now - pod.createdAtMs / 1000 <= YOUNG_SECONDS) total.youngCrashes += ended;
    }
    return total;
  }

  #noteCrash({ lastTermination }: PodFacts): void {
    if (lastTermination === null || lastTermination.atMs / 1000 <= this.#lastCrash.at) return;
    this.#lastCrash = { at: lastTermination.atMs / 1000, oom: lastTermination.reason === OUT_OF_MEMORY };
  }
}

interface Followed {
  number: number;
  restarts: number;
  endedAtMs: number;
}

/**
 * A container's end shows first, its restart later: an end that was seen is not counted again with its restart. Of
 * several ends between two looks the restarts tell.
 */
function endsSince(known: Followed, { restarts, lastTermination }: PodFacts): number {
  if ((lastTermination?.atMs ?? 0) <= known.endedAtMs) return 0;
  return Math.max(1, restarts - known.restarts);
}

function writePod(columns: Columns, row: number, pod: PodFacts, windowMs: number | null, now: number): void {
  const { condition } = pod;
  const known = (value: number | null) => value ?? Number.NaN;
  columns.condition[row] = CONDITION_NUMBERS[condition.kind];
  columns.warming[row] = pod.warming ? 1 : 0;
  columns.restarts[row] = pod.restarts;
  columns.unreadySeconds[row] = unreadySeconds(pod, now);
  columns.podP95Seconds[row] = known(pod.latencyP95Ms) / 1000;
  columns.podErrorRate[row] = known(pod.errorRate);
  columns.podCpu[row] = known(pod.cpuUtilisation);
  columns.podMemory[row] = known(pod.memoryUtilisation);
  columns.podRequests[row] =
    windowMs === null ? Number.NaN : known(pod.requestsPerSecond) * (windowMs / 1000);
}

/** What the facts call a condition, as a number of podCondition.ts. */
export const CONDITION_NUMBERS: Readonly<Record<PodFacts['condition']['kind'], number>> = {
  serving: SERVING,
  unready: NOT_READY,
  pending: NOT_READY,
  crashing: CRASHING,
  drained: DRAINED,
  terminating: GONE,
};

/** For how long it has not been ready; 0 where it is, or is on its way out. @param now in seconds */
export function unreadySeconds(pod: PodFacts, now: number): number {
  return Math.max(0, now - unreadySince(pod, now));
}

function unreadySince(pod: PodFacts, now: number): number {
  switch (pod.condition.kind) {
    case 'serving':
    case 'terminating':
      return now;
    case 'drained':
      return pod.condition.ready ? now : pod.readyChangedAtMs / 1000;
    case 'unready':
      return pod.condition.sinceMs / 1000;
    case 'crashing':
    case 'pending':
      return pod.readyChangedAtMs / 1000;
  }
}
