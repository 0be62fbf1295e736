import type { VersionMeasure } from '../../../metrics/versionCounts';
import { toErrorInfo } from '../../../protocol';
import type { Disturbance } from './arbiter';
import { blindnessOf } from './looking';
import type { ReleaseHooks } from './releaseHooks';
import type { ReleasePorts } from './releasePorts';
import type { ReleaseTrial } from './releaseTrial';
import type { UnderWay } from './underWay';

/** Takes in what was counted of a release, unless something speaks against it: then nothing of the interval counts. */
export class Intake {
  readonly #ports: Pick<ReleasePorts, 'config' | 'watchAgeMs'>;
  readonly #namespace: string;
  readonly #hooks: Pick<ReleaseHooks, 'loadTest'>;
  #wasDisturbed = false;

  constructor(
    namespace: string,
    hooks: Pick<ReleaseHooks, 'loadTest'>,
    ports: Pick<ReleasePorts, 'config' | 'watchAgeMs'>,
  ) {
    this.#namespace = namespace;
    this.#hooks = hooks;
    this.#ports = ports;
  }

  begin(): void {
    this.#wasDisturbed = false;
  }

  /** What is counted next was counted in part before something has changed. */
  skipNext(): void {
    this.#wasDisturbed = true;
  }

  /** @returns why nothing of the interval counts, in words; null where it was taken in */
  take(
    measure: VersionMeasure | undefined,
    { trial, underWay, disturbed, nowMs }: Pick<Disturbance, 'disturbed'> & Moment,
  ): string | null {
    const silentMs = this.#ports.watchAgeMs(this.#namespace);
    if (silentMs > this.#ports.config().guard.staleAfter) {
      return `the API server was not heard of for ${Math.round(silentMs / 1000)} s`;
    }
    const { canary, weight } = underWay;
    const loadTest = weight ? this.#hooks.loadTest() : null;
    // What was counted while it was disturbed, or since, is not the canary's alone.
    const wasDisturbed = this.#wasDisturbed;
    this.#wasDisturbed = disturbed !== null;
    if (measure?.kind !== 'counted') return blindnessOf(measure);
    const isPure = trial.isPure(measure);
    if (loadTest?.kind === 'failed') return `the load test has failed: ${loadTest.why}`;
    if (disturbed !== null || wasDisturbed) return disturbed ?? 'a disturbance has just ended';
    if (!isPure) return 'copies of requests are among what was counted last';
    try {
      const restarts = (canary?.pods ?? []).reduce((sum, pod) => sum + pod.restarts, 0);
      trial.take(measure, { nowMs, weight: weight ?? 0, restarts });
      return null;
    } catch (error) {
      return `what was counted cannot be used: ${toErrorInfo(error).message}`;
    }
  }
}

interface Moment {
  trial: ReleaseTrial;
  underWay: UnderWay;
  nowMs: number;
}
