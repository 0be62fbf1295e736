import { mixSeed } from '../../rl/env/mixSeed';
import { Random } from '../../sim/random';
import type { ScaleDomain } from '../../sim/scale/domain';
import { podCapacity } from '../../sim/scale/domain';
import type { PaceSettings } from '../../sim/scale/pace';
import { createScaleEnv, type ScaleEnv } from '../../sim/scale/scaleEnv';
import { WARM_UP_STEPS } from '../../sim/scale/scaleModel';
import type { Arm } from '../arm';
import type { Load } from './load';
import { endOf, type Passage } from './passages';
import { SegmentTotals } from './segmentTotals';

/** The deployment that is simulated: what was fitted, and within which bounds it is scaled. */
export interface Deployment {
  domain: ScaleDomain;
  minReplicas: number;
  maxReplicas: number;
  /** The pace of the live guard, to which Coxswain's own arms are kept; an HPA is not. */
  guard: PaceSettings;
}

/** An arm with what it needs of the env. */
export interface CalibrationArm {
  arm: Arm<ScaleEnv>;
  /** The contract of its observations; any for a rule. */
  spec: string;
  /** Whether it acts through the guard. */
  isPaced: boolean;
}

/** Sums over each segment of all passages, in their order. */
export type Played = readonly SegmentTotals[];

/** Replays a load through the fitted simulator. Envs are kept: making one costs more than a short passage. */
export class Player {
  readonly #load: Load;
  readonly #deployment: Deployment;
  /** What the most replicas can serve, requests per second: the env's unit of load. */
  readonly #fullRate: number;
  readonly #envs = new Map<string, ScaleEnv>();
  /** Where the next episode begins in the load. */
  #from = 0;

  constructor(load: Load, deployment: Deployment) {
    this.#load = load;
    this.#deployment = deployment;
    this.#fullRate = deployment.maxReplicas * podCapacity(deployment.domain);
  }

  /** Control steps that were simulated. */
  steps = 0;

  /** @param seed of arrivals, drift, noise and start-ups: the same for arms that are to be compared */
  play(
    { arm, spec, isPaced }: CalibrationArm,
    passages: readonly Passage[],
    seed: number,
    price: number,
  ): Played {
    return passages.flatMap((passage, index) => {
      const env = this.#env(spec, isPaced, endOf(passage) - passage.from, price);
      this.#from = passage.from;
      return playPassage(env, arm, passage, mixSeed(seed, index));
    });
  }

  #env(spec: string, isPaced: boolean, steps: number, violationPrice: number): ScaleEnv {
    this.steps += steps;
    const key = `${spec} ${isPaced} ${steps} ${violationPrice}`;
    const known = this.#envs.get(key);
    if (known) return known;
    const env = createScaleEnv(
      { ...envOptions(this.#deployment, isPaced), spec, episodeSteps: steps, violationPrice },
      (points) => this.#fill(points),
    );
    this.#envs.set(key, env);
    return env;
  }

  /** The warm-up has the first value of all: the env makes its metrics of it. */
  #fill(points: Float32Array): void {
    const load = this.#load;
    for (let index = 0; index < points.length; index++) {
      const step = this.#from + Math.max(0, index - WARM_UP_STEPS);
      points[index] = (load[Math.min(step, load.length - 1)] as number) / this.#fullRate;
    }
  }
}

/** Options of the env `scale` for this deployment. */
export function envOptions(
  { domain, minReplicas, maxReplicas, guard }: Omit<Deployment, 'domain'> & { domain: Partial<ScaleDomain> },
  isPaced: boolean,
): Record<string, unknown> {
  return {
    minReplicas,
    maxReplicas,
    domain,
    ...(isPaced ? { pace: 'guard', guard } : {}),
  };
}

function playPassage(env: ScaleEnv, arm: Arm<ScaleEnv>, passage: Passage, seed: number): SegmentTotals[] {
  env.reset(seed);
  const step = arm.begin(env, new Random(seed));
  for (let left = passage.countedFrom - passage.from; left > 0; left--) step();
  return passage.segments.map((steps) => {
    const totals = new SegmentTotals();
    for (let left = steps; left > 0; left--) {
      const before = env.model.pods.count;
      step();
      totals.add(env.model, before);
    }
    return totals;
  });
}
