import type { Workload } from '../../../cluster/snapshot';
import type { ProposalDraft } from '../../../loop/ports';
import { policyText, workloadId } from '../../../protocol';
import { boundsOf, type ReplicaBounds } from './bounds';
import { type Limits, type PacedStep, type PodChange, PodChanges } from './pacing';
import type { ScaleLook, ScaleWish } from './policies/policy';
import { withLimit } from './proposalTexts';
import type { HelmPorts } from './scalerPorts';
import type { OwnHandover } from './standing';
import { adviseDraft, type Context, scaleDraft, takeOverDraft } from './takeOverPlan';
import { whyScaleUpIsVoid } from './waitingPods';

export type Say = 'advise' | 'own';

/** What comes of a wish where the scaler has a say. */
export type PlannedStep =
  | { kind: 'step'; draft: ProposalDraft }
  /** All is as it is wanted, or as near as may be. */
  | { kind: 'keep'; text: string }
  | { kind: 'impossible'; text: string };

type Ports = Pick<HelmPorts, 'clock' | 'config' | 'agentId' | 'policy' | 'calibration'>;

/** Makes of the wishes for one workload the drafts that bounds, pace and the state of its pods allow. */
export class StepPlanner {
  readonly #ports: Ports;
  readonly #podChanges = new PodChanges();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Something was carried out, for which the next step has to wait. */
  noteChange(change: PodChange): void {
    this.#podChanges.note(change);
  }

  /** The next step towards a wish, by a scaler that has a say. */
  step(look: ScaleLook, wish: ScaleWish, { autoscaler, note }: OwnHandover): PlannedStep {
    const { workload } = look;
    const from = note.how === 'own' ? workload.desiredReplicas : autoscaler.minReplicas;
    const { to, limitedBy } = this.#towards(look, wish, from);
    const what = note.how === 'own' ? 'replicas' : 'minReplicas';
    if (to === from)
      return { kind: 'keep', text: withLimit(`keeps ${from} ${what}: ${wish.reason}`, limitedBy) };
    const context = this.#context(look, { ...wish, reason: withLimit(wish.reason, limitedBy) });
    const draft =
      note.how === 'own'
        ? scaleDraft(context, to)
        : adviseDraft(context, autoscaler, to, this.#stamp(note.by));
    return draft ? { kind: 'step', draft } : { kind: 'impossible', text: `cannot set ${to} ${what}` };
  }

  /** What it would do if it had a say, in words. */
  wouldDo(look: ScaleLook, wish: ScaleWish): string {
    const from = look.workload.desiredReplicas;
    const { to, limitedBy } = this.#towards(look, wish, from);
    const what = to === from ? `would keep ${from} pods` : `would scale ${from} → ${to}`;
    return withLimit(`${what}: ${wish.reason}`, limitedBy);
  }

  /** @param by who wants it; null where there is nothing to advise yet */
  takeOver(look: ScaleLook, wish: ScaleWish, how: Say, by: string): ProposalDraft | null {
    const [autoscaler] = look.workload.autoscalers;
    if (!autoscaler) return null;
    const context = this.#context(look, {
      ...wish,
      reason: this.#evidence(look, wish, by),
      outOfDistribution: null,
    });
    if (how === 'own') return takeOverDraft(context, autoscaler, this.#stamp(by));
    const { to } = this.#towards(look, wish, autoscaler.minReplicas);
    return to === autoscaler.minReplicas ? null : adviseDraft(context, autoscaler, to, this.#stamp(by));
  }

  #evidence({ workload }: ScaleLook, wish: ScaleWish, by: string): string {
    const { min, max } = this.#bounds(workload);
    const calibration = this.#ports.calibration(workloadId(workload.ref));
    return [
      by === 'auto' ? 'scale.steering says so' : `${by} wants it`,
      `${policyText(this.#ports.policy())} would steer within ${min} to ${max} replicas`,
      calibration ? `its calibration says: ${calibration.recommendation.text}` : 'it has not been calibrated',
      `now ${wish.reason}`,
    ].join('; ');
  }

  #context(
    { workload }: ScaleLook,
    { reason, confidence, alternatives, seen, outOfDistribution }: ScaleWish,
  ): Context {
    const unusual = outOfDistribution === null ? {} : { outOfDistribution };
    const decision = { reason, confidence, alternatives, contributions: [], seen, ...unusual };
    return { workload, policy: this.#ports.policy(), decision };
  }

  #towards(look: ScaleLook, wish: ScaleWish, from: number): PacedStep {
    const limits = this.#limits(look);
    return this.#podChanges.stepTowards(wish.replicas, from, look.nowMs, limits, this.#ports.config());
  }

  #limits({ workload, nowMs, disturbance }: ScaleLook): Limits {
    const rollout = workload.rollingOut ? 'a rollout is in progress' : null;
    return {
      ...this.#bounds(workload),
      holdDown: disturbance ?? rollout,
      holdUp: whyScaleUpIsVoid(workload, nowMs),
    };
  }

  #bounds(workload: Workload): ReplicaBounds {
    return boundsOf(workload, this.#ports.config());
  }

  #stamp(by: string): Parameters<typeof adviseDraft>[3] {
    const { agentId, config, clock } = this.#ports;
    const { netUtilisation } = config().scale;
    return { by, atMs: clock.nowMs(), agent: agentId, netUtilisation };
  }
}
