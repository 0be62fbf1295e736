/**
 * Time as the cluster sees it. A real cluster runs at rate 1; the embedded cluster may run faster, and says so
 * in its kubeconfig (see `cluster/kubeconfig.ts`). Everything in the agent that waits or compares times takes a
 * clock, so that tests step it by hand.
 */
export interface Clock {
  /** Cluster time, milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls back once after `delayMs` of cluster time; returns a function that cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
  /** Cluster seconds that pass in one wall-clock second, > 0. */
  readonly rate: number;
}

/** How cluster time follows from wall time: `originMs + (wall − wallOriginMs) × rate`. */
export interface ClockMapping {
  originMs: number;
  wallOriginMs: number;
  rate: number;
}

export const REAL_TIME: ClockMapping = { originMs: 0, wallOriginMs: 0, rate: 1 };

/** The clock of a cluster whose time follows from this machine's wall clock by `mapping`. */
export function clusterClock(mapping: ClockMapping = REAL_TIME): Clock {
  return {
    rate: mapping.rate,
    nowMs: () => mapping.originMs + (Date.now() - mapping.wallOriginMs) * mapping.rate,
    schedule(delayMs, callback) {
      const timer = setTimeout(callback, Math.max(0, delayMs / mapping.rate));
      return () => clearTimeout(timer);
    },
  };
}

/** Resolves after `delayMs` of cluster time; rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
