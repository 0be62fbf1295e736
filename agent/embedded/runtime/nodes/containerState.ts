/** What became of a container that ended. Times are cluster time. */
export interface Termination {
  reason: 'OOMKilled' | 'Completed' | 'Error';
  exitCode: number;
  startedAtMs: number;
  finishedAtMs: number;
}

/** Where a pod's main container is in its life. `untilMs` is when it moves on by itself. */
export type ContainerState =
  | { kind: 'creating'; untilMs: number }
  | { kind: 'image-missing'; isBackingOff: boolean; failedAtMs: number; delayMs: number; untilMs: number }
  | { kind: 'starting'; startedAtMs: number; untilMs: number }
  | { kind: 'ready'; startedAtMs: number }
  | { kind: 'terminated'; termination: Termination; untilMs: number }
  | { kind: 'backing-off'; termination: Termination; delayMs: number; untilMs: number }
  | { kind: 'stopping'; startedAtMs: number; wasReady: boolean; untilMs: number };

/** The container's process runs. */
export function isRunning(
  state: ContainerState,
): state is Extract<ContainerState, { kind: 'starting' | 'ready' }> {
  return state.kind === 'starting' || state.kind === 'ready';
}

/** The delay after one of so many milliseconds, between attempts to pull an image as between restarts. */
export function nextDelayMs(delayMs: number): number {
  return delayMs === 0 ? FIRST_DELAY_MS : Math.min(LONGEST_DELAY_MS, delayMs * 2);
}

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 300_000;
/** A container that ran for so long starts over with its delays. */
const FORGET_AFTER_MS = 600_000;

/**
 * The kubelet's delay between a container's end and its next start: none the first time, then 10 s, doubling up to
 * 5 min, and from the beginning after ten quiet minutes.
 */
export class RestartBackOff {
  #delayMs = 0;
  #startedAtMs = Number.NEGATIVE_INFINITY;

  /** The delay that counts from an end at `finishedAtMs`. */
  delayMs(finishedAtMs: number): number {
    if (finishedAtMs - this.#startedAtMs > FORGET_AFTER_MS) this.#delayMs = 0;
    return this.#delayMs;
  }

  /** Notes a restart, which makes the next delay longer. */
  restarted(atMs: number): void {
    this.#delayMs = nextDelayMs(this.#delayMs);
    this.#startedAtMs = atMs;
  }
}
