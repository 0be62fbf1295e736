import type { Workload } from '../../../cluster/snapshot';
import { podRate } from '../../../costs/podRate';
import type { ProposalDraft } from '../../../loop/ports';
import type { LoadMetrics } from '../../../metrics/loadReadings';
import { type Action, policyText, type ScalingPoint, workloadId } from '../../../protocol';
import { type AutoscalerRules, rulesBeforeHandover } from '../../../safety/handover/rulesBefore';
import { boundsOf } from './bounds';
import { HpaMirror } from './hpaMirror';
import type { ScaleLook, ScalePolicy, ScaleWish } from './policies/policy';
import type { ScalerPorts } from './scalerPorts';
import { type StepReward, stepReward } from './stepReward';

/** What is only thought is journaled no more often, cluster time. */
const SHADOW_TELLS_EVERY_MS = 600_000;

/** What was seen and wanted in a step; all but the pods null where nothing could be decided. */
export interface ToldStep {
  demandPods: number | null;
  policyReplicas: number | null;
  withinSlo: number | null;
  reward: StepReward | null;
}

export const BLIND_STEP: ToldStep = { demandPods: null, policyReplicas: null, withinSlo: null, reward: null };

type Ports = Pick<ScalerPorts, 'clock' | 'config' | 'snapshot' | 'publish' | 'record'> & {
  policy(): ScalePolicy;
};

/** Tells of the steps of one workload: each as a point of the charts, and what is new in them to the journal. */
export class ScaleChronicle {
  readonly #ports: Ports;
  /** What an HPA would want, with the settings that the workload's has where nobody has changed them. */
  readonly #baseline = new HpaMirror();
  /** What was last put into the journal of what is only thought. */
  #lastThought = '';
  #thoughtAtMs = Number.NEGATIVE_INFINITY;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** A point of the charts. */
  point(workload: Workload, load: LoadMetrics, { reward, ...known }: ToldStep): void {
    const { clock, snapshot, config, publish } = this.#ports;
    const { desiredReplicas: replicas, readyReplicas } = workload;
    const price = podRate(config().costs, workload, snapshot().nodes).perHour;
    const hpaReplicas = this.#hpaWish(workload, load);
    const point: ScalingPoint = {
      workloadId: workloadId(workload.ref),
      atMs: clock.nowMs(),
      ...{ replicas, readyReplicas, hpaReplicas },
      ...known,
      costPerHour: price === null ? null : price * replicas,
      baselineCostPerHour: price === null || hpaReplicas === null ? null : price * hpaReplicas,
      reward: reward?.total ?? null,
      rewardTerms: reward?.terms ?? {},
    };
    publish({ kind: 'scaling-point', point });
  }

  /** What it would do is told when it changes its mind, not in every step. @param wanted within the bounds */
  thought(look: ScaleLook, wish: ScaleWish, wanted: number, isOurs: boolean, decisionMs: number): void {
    const from = look.workload.desiredReplicas;
    const thought = `${Math.sign(wanted - from)} ${wish.doubt}`;
    if (thought === this.#lastThought) return;
    this.#lastThought = thought;
    // What is done is told where it is proposed.
    if (isOurs || wanted === from) return;
    // A policy that wavers between two counts must not bury the journal: the charts have every step.
    if (look.nowMs - this.#thoughtAtMs < SHADOW_TELLS_EVERY_MS) return;
    this.#thoughtAtMs = look.nowMs;
    this.decision(look, wish, { action: { kind: 'scale', from, to: wanted }, draft: null }, decisionMs);
  }

  /** A row of the journal. @param draft what is proposed; null where it is only thought */
  decision(
    look: ScaleLook,
    wish: ScaleWish,
    { action, draft }: { action: Action; draft: ProposalDraft | null },
    decisionMs: number,
  ): void {
    const { workload, view, violationPrice } = look;
    const policy = this.#ports.policy();
    const change = action.kind === 'scale' ? action.to - workload.desiredReplicas : 0;
    const { all } = stepReward(view, violationPrice, { change, isReversal: false }, policy.spec);
    this.#ports.record({
      kind: 'decision',
      workloadId: workloadId(workload.ref),
      task: 'scale',
      policy: policyText(policy),
      trigger: draft === null ? 'shadow' : 'step',
      observationSpec: wish.seen.spec,
      observation: [...wish.seen.values],
      action,
      reason: draft?.decision.reason ?? wish.reason,
      confidence: wish.confidence,
      rewardTerms: all,
      decisionMs,
    });
  }

  /** As the cluster's HPA says while it scales by itself; else by its algorithm, with its own settings or the default ones. */
  #hpaWish(workload: Workload, load: LoadMetrics): number | null {
    const [autoscaler] = workload.autoscalers;
    const settings = autoscaler ? rulesBeforeHandover(autoscaler) : this.#settingsWithout(workload);
    const wish = this.#baseline.wish({ nowMs: this.#ports.clock.nowMs(), workload, load }, settings);
    return autoscaler && autoscaler.handover === null ? (autoscaler.desiredReplicas ?? wish) : wish;
  }

  #settingsWithout(workload: Workload): AutoscalerRules {
    const { min, max } = boundsOf(workload, this.#ports.config());
    return { minReplicas: min, maxReplicas: max, metrics: null, behavior: null };
  }
}
