import type { SimPod } from '../../../sim/pod';
import type { Random } from '../../../sim/random';

const KEPT_LINES = 500;

interface Line {
  atMs: number;
  /** A note, or one request. */
  entry: string | { status: 200 | 500 | 503 | 504; latencySeconds: number };
}

/**
 * The latest lines of a pod's log: what its process notes, and a sample of its access log, at most one request for
 * each look. Lines become text only when somebody reads them.
 */
export class PodLog {
  readonly #lines: Line[] = [];
  #next = 0;
  #seenGood = 0;
  #seenFailed = 0;
  #seenRefused = 0;
  #seenLate = 0;

  note(atMs: number, text: string): void {
    this.#add({ atMs, entry: text });
  }

  /** Picks one of the requests that the pod has ended since the last look. */
  sample(atMs: number, pod: SimPod, random: Random): void {
    // After a restart the counters are below what was seen.
    const good = Math.max(0, pod.succeeded - this.#seenGood);
    const failed = Math.max(0, pod.failed - this.#seenFailed);
    const refused = Math.max(0, pod.refused - this.#seenRefused);
    const late = Math.max(0, pod.timedOut + pod.lost - this.#seenLate);
    this.#seenGood = pod.succeeded;
    this.#seenFailed = pod.failed;
    this.#seenRefused = pod.refused;
    this.#seenLate = pod.timedOut + pod.lost;
    const total = good + failed + refused + late;
    if (!pod.running || total < 0.5) return;
    const pick = random.uniform() * total;
    if (pick < refused) this.#add({ atMs, entry: { status: 503, latencySeconds: 0.001 } });
    else if (pick < refused + late) {
      this.#add({ atMs, entry: { status: 504, latencySeconds: pod.model.timeoutSeconds } });
    } else {
      const status = pick < refused + late + failed ? 500 : 200;
      const latencySeconds = pod.latencyShiftSeconds + random.exponential(pod.latencyThetaSeconds);
      this.#add({
        atMs,
        entry: { status, latencySeconds: Math.min(latencySeconds, pod.model.timeoutSeconds) },
      });
    }
  }

  /** Oldest first. */
  lines(): string[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)].map(format);
  }

  #add(line: Line): void {
    this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % KEPT_LINES;
  }
}

function format({ atMs, entry }: Line): string {
  const time = new Date(atMs).toISOString();
  if (typeof entry === 'string') return `${time} INFO ${entry}`;
  const level = entry.status === 200 ? 'INFO' : 'ERROR';
  return `${time} ${level} GET / ${entry.status} ${(entry.latencySeconds * 1000).toFixed(1)}ms`;
}
