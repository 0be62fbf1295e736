import * as z from 'zod';
import type { Config } from '../../../config/schema';
import type { Decision, Feedback, Policy, ReadyObservation } from '../../../loop/task';
import { type Action, describeAction } from '../../../protocol';
import type { ShadowTrial } from '../../online/onlineLearner';
import type { HealFacts } from '../facts';
import { createLearned, type LearnedHeal } from '../policies/learned';

/** How a candidate has done beside the policy that steers. */
const HealScore = z.object({
  /** Looks in which both wanted the same. */
  agreed: z.number().int(),
  /** Disagreements in which what happened spoke for the candidate, or for the policy that steers. */
  better: z.number().int(),
  worse: z.number().int(),
});
type HealScore = z.infer<typeof HealScore>;

interface Disagreement {
  steering: Action;
  candidate: Action;
  atMs: number;
}

/**
 * Lets a candidate decide beside the policy that steers, on the same looks, without any effect. Where they disagree,
 * what happens then judges: an action that recovers or improves the workload was right to take, one without effect was
 * not; and where nothing was done, a workload that is well again after the time to settle did not need the candidate's
 * action. That the candidate's own action would have helped is never seen; it is only given the benefit of the doubt
 * where what was done did not help.
 */
export class HealTrial implements ShadowTrial {
  readonly #candidate: LearnedHeal;
  readonly #config: () => Config;
  readonly #policies = new Map<string, Policy<HealFacts>>();
  readonly #open = new Map<string, Disagreement>();
  readonly #tell: (workloadId: string, text: string) => void;
  readonly score: HealScore;

  /** @param score of an earlier run of the agent; what is none begins anew */
  constructor(
    candidate: LearnedHeal,
    config: () => Config,
    tell: (workloadId: string, text: string) => void,
    score: unknown,
  ) {
    this.#candidate = candidate;
    this.#config = config;
    this.#tell = tell;
    this.score = HealScore.safeParse(score).data ?? { agreed: 0, better: 0, worse: 0 };
  }

  /** A disagreement that lasts counts once. */
  get looks(): number {
    const { agreed, better, worse } = this.score;
    return agreed + better + worse;
  }

  /** What happened spoke against it no more often than for it. */
  get hasPassed(): boolean {
    return this.score.worse <= this.score.better;
  }

  get figures(): string {
    const { agreed, better, worse } = this.score;
    return `${agreed} looks in agreement, ${better} disagreements that spoke for it and ${worse} against`;
  }

  decided(
    workloadId: string,
    observation: ReadyObservation<HealFacts>,
    decision: Decision,
    nowMs: number,
  ): void {
    const candidate = this.#policyOf(workloadId).decide(observation, nowMs).action;
    const steering = decision.action;
    const text = (action: Action) => describeAction(action);
    if (text(candidate) === text(steering)) {
      this.score.agreed += 1;
    } else if (!this.#open.has(workloadId)) {
      this.#open.set(workloadId, { steering, candidate, atMs: nowMs });
      this.#tell(
        workloadId,
        `in shadow ${this.#candidate.version} would ${text(candidate)}, where ${text(steering)} was decided`,
      );
    }
    this.#judgeIdle(workloadId, observation, nowMs);
  }

  feedback(workloadId: string, feedback: Feedback): void {
    this.#policyOf(workloadId).learn(feedback);
    const open = this.#open.get(workloadId);
    if (!open || feedback.kind !== 'measured' || open.steering.kind === 'none') return;
    const helped = feedback.outcome === 'recovered' || feedback.outcome === 'improved';
    const verdict = helped ? 'worse' : 'better';
    this.#close(workloadId, feedback.outcome === 'unknown' ? null : verdict);
  }

  /** Nothing was done: time tells whether something should have been. An action is judged by its outcome. */
  #judgeIdle(workloadId: string, { assessment }: ReadyObservation<HealFacts>, nowMs: number): void {
    const open = this.#open.get(workloadId);
    const { settle } = this.#config().heal;
    if (!open || nowMs - open.atMs < settle) return;
    if (open.steering.kind === 'none') {
      this.#close(workloadId, assessment.health === 'healthy' ? 'worse' : 'better');
    } else if (nowMs - open.atMs > 4 * settle) {
      // It was never carried out.
      this.#close(workloadId, null);
    }
  }

  #close(workloadId: string, verdict: 'better' | 'worse' | null): void {
    this.#open.delete(workloadId);
    if (verdict === null) return;
    this.score[verdict] += 1;
    this.#tell(
      workloadId,
      `in shadow ${this.#candidate.version} was ${verdict === 'better' ? 'no worse' : 'wrong'} there`,
    );
  }

  #policyOf(workloadId: string): Policy<HealFacts> {
    const policy = this.#policies.get(workloadId) ?? createLearned(this.#candidate, this.#config);
    this.#policies.set(workloadId, policy);
    return policy;
  }
}
