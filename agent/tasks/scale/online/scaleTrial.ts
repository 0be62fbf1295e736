import * as z from 'zod';
import type { Config } from '../../../config/schema';
import { CONTROL_STEP_SECONDS, clamp } from '../../../sim/scale/units';
import type { ShadowTrial } from '../../online/onlineLearner';
import { createLearnedScale, type LearnedScale } from '../live/policies/learnedScale';
import type { ScaleLook, ScalePolicy } from '../live/policies/policy';
import { scaleRuleOf } from '../live/policies/rules';

/** Sums over the steps that were judged, in pods: J(W) without what actions cost. */
const ScaleScore = z.object({
  steps: z.number().int().min(0),
  steering: z.number().min(0),
  candidate: z.number().min(0),
});
type ScaleScore = z.infer<typeof ScaleScore>;

/** Pods busier than this answer late; at 1 all requests wait. */
const LATE_UTILISATION = 0.9;
/** Share of the cost by which a candidate may be above what steers: what chance does with two runs of the same. */
const TOLERANCE = 0.02;

/** What both wanted in one step, until the load is known that it was for. */
interface Wish {
  dueMs: number;
  violationPrice: number;
  steering: number;
  candidate: number;
}

interface Tried {
  policy: ScalePolicy;
  open: Wish[];
}

/**
 * Lets a candidate decide beside what steers, on the same looks, without any effect. Each wish is judged by the load
 * that there is when its pods would serve: pods, and W for each pod of load that they would have served late. It is an
 * estimate, step by step: nobody has lived with what the candidate wished, and restlessness costs nothing here (in the
 * simulator it does).
 */
export class ScaleTrial implements ShadowTrial {
  readonly #candidate: LearnedScale;
  readonly #config: () => Config;
  readonly #tried = new Map<string, Tried>();
  readonly score: ScaleScore;

  /** @param score of an earlier run of the agent; what is none begins anew */
  constructor(candidate: LearnedScale, config: () => Config, score: unknown) {
    this.#candidate = candidate;
    this.#config = config;
    this.score = ScaleScore.safeParse(score).data ?? { steps: 0, steering: 0, candidate: 0 };
  }

  get looks(): number {
    return this.score.steps;
  }

  get hasPassed(): boolean {
    return this.score.candidate <= (1 + TOLERANCE) * this.score.steering;
  }

  get figures(): string {
    const { steps, steering, candidate } = this.score;
    const mean = (sum: number) => (sum / Math.max(1, steps)).toFixed(2);
    return `${mean(candidate)} pods of cost in place of ${mean(steering)}, means of ${steps} steps`;
  }

  /** @param steering pods that what steers wants, within the bounds */
  looked(workloadId: string, look: ScaleLook, steering: number): void {
    const tried = this.#triedOn(workloadId, look);
    const { replicas } = tried.policy.decide(look);
    const { nowMs, view, violationPrice, disturbance } = look;
    const { load, leadSteps } = view.estimates;
    // What was wished at another price is not judged by this one.
    const due = tried.open.filter((wish) => wish.dueMs <= nowMs && wish.violationPrice === violationPrice);
    tried.open = tried.open.filter(({ dueMs }) => dueMs > nowMs);
    // What is seen in a fault says nothing of either, and then the rule decides for both.
    if (disturbance !== null) return;
    for (const wish of due) {
      this.score.steps += 1;
      this.score.steering += costOf(wish.steering, load, violationPrice);
      this.score.candidate += costOf(wish.candidate, load, violationPrice);
    }
    const dueMs = nowMs + leadSteps * CONTROL_STEP_SECONDS * 1000;
    const candidate = clamp(replicas, view.minReplicas, view.maxReplicas);
    tried.open.push({ dueMs, violationPrice, steering, candidate });
  }

  /** The history has a gap: what was wished before it is not judged. */
  interrupted(workloadId: string): void {
    this.#tried.delete(workloadId);
  }

  #triedOn(workloadId: string, { workload }: ScaleLook): Tried {
    const known = this.#tried.get(workloadId);
    if (known) return known;
    const rule = scaleRuleOf(workload.ref, this.#config());
    const policy = createLearnedScale(this.#candidate, rule, () => this.#config().guard);
    const tried = { policy, open: [] };
    this.#tried.set(workloadId, tried);
    return tried;
  }
}

/** In pods, of so many pods under a load in pods at full utilisation. */
function costOf(pods: number, load: number, violationPrice: number): number {
  const utilisation = load / Math.max(1, pods);
  const lateShare = clamp((utilisation - LATE_UTILISATION) / (1 - LATE_UTILISATION), 0, 1);
  return pods + violationPrice * lateShare * load;
}
