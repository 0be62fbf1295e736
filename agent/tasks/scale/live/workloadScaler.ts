import type { Autoscaler, Workload } from '../../../cluster/snapshot';
import { podRate } from '../../../costs/podRate';
import type { ProposalDraft } from '../../../loop/ports';
import { sloOf } from '../../../loop/steering';
import type { LoadMetrics } from '../../../metrics/loadReadings';
import {
  type Action,
  formatAge,
  type Proposal,
  policyText,
  type Result,
  type ScalingPoint,
  type ScalingState,
  type ScalingSteering,
  toErrorInfo,
  type WorkloadRef,
  workloadId,
} from '../../../protocol';
import { boundsOf } from './bounds';
import { HpaMirror, type HpaSettings } from './hpaMirror';
import { LiveView } from './liveView';
import { createLearnedScale } from './policies/learnedScale';
import type { ScaleLook, ScalePolicy, ScaleWish } from './policies/policy';
import { scaleRuleOf } from './policies/rules';
import { ScaleHelm } from './scaleHelm';
import { readScale } from './scaleReading';
import type { ScalerPorts } from './scalerPorts';
import { type ScaleSettings, scaleSettingsOf } from './scaleSettings';
import { autoscalerState, steeringShown } from './scalingState';
import { ShadowDecider } from './shadowDecider';
import { gitOpsOf } from './standing';
import { type StepReward, stepReward } from './stepReward';

/** A change back within this time is a reversal, as in the simulator. */
const REVERSAL_MS = 300_000;
/** What is only thought is journaled no more often, cluster time. */
const SHADOW_TELLS_EVERY_MS = 600_000;

type Seen = { look: ScaleLook; wish: ScaleWish };

/** Scaling of one workload: looks at it once per control step, decides, tells, and has done what is agreed. */
export class WorkloadScaler {
  readonly ref: WorkloadRef;
  readonly uid: string;
  readonly #id: string;
  readonly #ports: ScalerPorts;
  #view = new LiveView();
  /** What an HPA would want, with the settings that the workload's has where nobody has changed them. */
  readonly #baseline = new HpaMirror();
  readonly #helm: ScaleHelm;
  readonly #shadow: ShadowDecider;
  readonly #aborter = new AbortController();
  #policy: ScalePolicy;
  #policyKey = '';
  #policySinceMs: number;
  #settings: ScaleSettings;
  /** What people have said since the config was read; null where the config counts. */
  #steering: ScalingSteering | null = null;
  #price: number | null = null;
  #status = 'not looked at yet';
  #seen: Seen | { problem: string } = { problem: 'it was not looked at yet' };
  /** How long the policy took for the last wish, wall time. */
  #decisionMs = 0;
  /** What was last put into the journal of what is only thought. */
  #lastThought = '';
  #thoughtAtMs = Number.NEGATIVE_INFINITY;
  #replicas: number | null = null;
  #lastChange = { direction: 0, atMs: Number.NEGATIVE_INFINITY };

  constructor(workload: Workload, ports: ScalerPorts) {
    this.ref = workload.ref;
    this.uid = workload.uid;
    this.#id = workloadId(workload.ref);
    this.#ports = ports;
    this.#settings = scaleSettingsOf(workload.ref, ports.config());
    this.#shadow = new ShadowDecider(workload.ref, ports);
    this.#policy = this.#createPolicy();
    this.#policySinceMs = ports.clock.nowMs();
    this.#helm = new ScaleHelm(workload.ref, {
      ...ports,
      wanted: () => this.wanted,
      want: (steering) => {
        this.#steering = steering;
      },
      policy: () => this.#policy,
      decided: (look, wish, draft) => this.#journal(look, wish, draft.decision.action, draft),
    });
  }

  get violationPrice(): number {
    return this.#price ?? this.#settings.violationPrice;
  }

  /** What is wanted of it: what people have said since the config was read, else what that says. */
  get wanted(): ScalingSteering {
    return this.#steering ?? this.#settings.steering;
  }

  /** A person wants it looked at, whatever the config says. */
  get isAskedFor(): boolean {
    return this.#steering !== null && this.#steering !== 'off';
  }

  /** It has taken over, or advises, as far as was seen last. */
  get isSteering(): boolean {
    return this.#helm.isSteering;
  }

  stop(): void {
    this.#aborter.abort(new Error('the scaler has stopped'));
  }

  /** One control step. Rejects with nothing but the signal's reason, or what cannot be recorded. */
  async step(): Promise<void> {
    const { clock, load, config } = this.#ports;
    const { signal } = this.#aborter;
    const known = this.#workload();
    if (!known || signal.aborted || this.wanted === 'off') return;
    try {
      const objectiveSeconds = sloOf(this.ref, config()).latencyP95Ms / 1000;
      const metrics = await load(known, { nowMs: clock.nowMs(), objectiveSeconds }, signal);
      // The watches went on while the metrics were fetched.
      const workload = this.#workload();
      if (!workload || signal.aborted) return;
      await this.#helm.settle(workload);
      this.#seen = this.#look(workload, metrics, objectiveSeconds);
      if ('problem' in this.#seen) await this.#blind(workload, metrics, this.#seen.problem);
      else await this.#decide(this.#seen);
    } catch (error) {
      // Where nobody can steer the autoscaler has to.
      if (!signal.aborted) await this.#helm.failed(known, toErrorInfo(error).message);
      throw error;
    }
    this.publish();
  }

  /** Hands back what may not be steered any more. */
  async settle(): Promise<void> {
    const workload = this.#workload();
    if (!workload) return;
    await this.#helm.settle(workload);
    this.publish();
  }

  configChanged(): void {
    const settings = scaleSettingsOf(this.ref, this.#ports.config());
    // Who writes it into the config means it, whatever was said before.
    if (settings.steering !== this.#settings.steering) this.#steering = null;
    if (settings.violationPrice !== this.#settings.violationPrice) this.#price = null;
    this.#settings = settings;
    this.#shadow.configChanged();
    this.policySwitched();
  }

  /** Another one counts from the next step on; the same one goes on as it is. */
  policySwitched(): void {
    const before = policyText(this.#policy);
    if (this.#policyKey !== this.#keyNow()) this.#policy = this.#createPolicy();
    if (policyText(this.#policy) !== before) this.#policySinceMs = this.#ports.clock.nowMs();
    this.publish();
  }

  proposalChanged(proposal: Proposal): void {
    this.#helm.proposalChanged(proposal);
  }

  /** @throws CoxswainError where that cannot be */
  async takeOver(
    params: { how: 'advise' | 'own'; confirmed: boolean },
    by: string,
  ): Promise<Result<'takeOver'>> {
    const workload = this.#workload();
    if (!workload) return { proposal: null, text: 'The workload is gone.' };
    if (this.wanted === 'off') this.#steering = 'shadow';
    if ('problem' in this.#seen) await this.step();
    const answer = await this.#helm.takeOver(params, workload, this.#seen, by);
    this.publish();
    return answer;
  }

  /** A person wants no more of it than `steering`. @throws CoxswainError where it could not be handed back */
  async handBack(steering: 'off' | 'shadow', why: string, by: string): Promise<string> {
    this.#steering = steering;
    // Nobody is to approve by mistake what another does not want any more.
    this.#ports.gate.withdraw(this.#id, why, 'scale');
    const workload = this.#workload();
    const isOurs = workload !== undefined && this.#helm.own(workload) !== undefined;
    const text = isOurs
      ? await this.#helm.handBack(why, by)
      : await this.#ports.gate.handBack(this.#id, why, by);
    if (steering === 'off') this.#ports.publish({ kind: 'scaling-gone', id: this.#id });
    else this.publish();
    return text;
  }

  setPrice(violationPrice: number): void {
    this.#price = violationPrice;
    this.publish();
  }

  publish(): void {
    const scaling = this.state();
    if (scaling) this.#ports.publish({ kind: 'scaling', scaling });
  }

  /** Null where it is not looked at, or gone. */
  state(): ScalingState | null {
    const workload = this.#workload();
    if (!workload || this.wanted === 'off' || this.#aborter.signal.aborted) return null;
    const { agentId, config } = this.#ports;
    const { min, max } = boundsOf(workload, config());
    const { name, version, spec } = this.#policy;
    const problem = 'problem' in this.#seen ? this.#seen.problem : null;
    return {
      id: this.#id,
      steering: steeringShown(this.wanted, this.#helm.own(workload)),
      handedBack: this.#helm.handedBack,
      autoscalers: workload.autoscalers.map((autoscaler) => autoscalerState(autoscaler, agentId)),
      gitOps: gitOpsOf(workload),
      policy: { name, version, sinceMs: this.#policySinceMs },
      shadow: this.#shadow.state,
      observationSpec: spec,
      violationPrice: this.violationPrice,
      minReplicas: min,
      maxReplicas: max,
      status: problem === null ? this.#status : `no data: ${problem}`,
      problem,
    };
  }

  #look(workload: Workload, load: LoadMetrics, objectiveSeconds: number): Seen | { problem: string } {
    const { clock, config, watchAgeMs, monotonicMs } = this.#ports;
    const nowMs = clock.nowMs();
    const { min, max } = boundsOf(workload, config());
    const startupMs = config().scale.startup;
    this.#view.lookAtPods(workload, nowMs, { startupMs });
    if (min > max)
      return { problem: `at least ${min} and at most ${max} replicas are allowed, which is none` };
    const silentMs = watchAgeMs(workload.ref.namespace);
    if (silentMs > config().guard.staleAfter) {
      return { problem: `the API server has been silent for ${formatAge(silentMs)}` };
    }
    const read = readScale(workload, load, nowMs);
    if (read.kind === 'no-data') return { problem: read.reason };
    const settings = { minReplicas: min, maxReplicas: max, objectiveSeconds, startupMs };
    if (this.#view.take(read.reading, nowMs, settings)) {
      this.#policy.reset();
      this.#shadow.reset();
    }
    const look: ScaleLook = {
      ...{ nowMs, view: this.#view, workload, load },
      violationPrice: this.violationPrice,
      disturbance: this.#disturbance(),
    };
    const startedMs = monotonicMs();
    const wish = this.#policy.decide(look);
    this.#decisionMs = monotonicMs() - startedMs;
    const { load: demand, level } = this.#view.estimates;
    if (![demand, level, wish.replicas].every(Number.isFinite)) {
      // What has spoiled the history would spoil all that comes after it.
      this.#view = new LiveView();
      return { problem: 'what was measured does not add up to a load' };
    }
    return { look, wish };
  }

  #disturbance(): string | null {
    if (this.#ports.hasIncident(this.#id)) return 'an incident is open';
    const fault = this.#ports.faultOn(this.#id);
    return fault === null ? null : `fault ${fault} runs`;
  }

  async #blind(workload: Workload, metrics: LoadMetrics, problem: string): Promise<void> {
    const hpaReplicas = this.#hpaWish(workload, metrics);
    this.#publishPoint(
      workload,
      { demandPods: null, hpaReplicas, policyReplicas: null, withinSlo: null },
      null,
    );
    await this.#helm.blind(workload, problem);
  }

  async #decide({ look, wish }: Seen): Promise<void> {
    const { workload, view, load, nowMs, violationPrice } = look;
    const bounded = (pods: number) => Math.min(view.maxReplicas, Math.max(view.minReplicas, pods));
    const policyReplicas = bounded(wish.replicas);
    this.#shadow.decide(look, policyReplicas, bounded);
    const reward = stepReward(view, violationPrice, this.#noteChange(workload, nowMs), this.#policy.spec);
    const demandPods = view.estimates.load;
    const withinSlo = 1 - view.metrics.violatedShare;
    const hpaReplicas = this.#hpaWish(workload, load);
    this.#publishPoint(workload, { demandPods, hpaReplicas, policyReplicas, withinSlo }, reward);
    this.#journalThought(look, wish, policyReplicas);
    this.#status = [await this.#helm.act(look, wish), ...load.warnings].join('; ');
  }

  #noteChange({ desiredReplicas }: Workload, nowMs: number): { change: number; isReversal: boolean } {
    const change = this.#replicas === null ? 0 : desiredReplicas - this.#replicas;
    const direction = Math.sign(change);
    const { direction: before, atMs } = this.#lastChange;
    const isReversal = direction !== 0 && direction === -before && nowMs - atMs <= REVERSAL_MS;
    if (direction !== 0) this.#lastChange = { direction, atMs: nowMs };
    this.#replicas = desiredReplicas;
    return { change, isReversal };
  }

  /** As the cluster's HPA says while it scales by itself; else by its algorithm, with its own settings or the default ones. */
  #hpaWish(workload: Workload, load: LoadMetrics): number | null {
    const [autoscaler] = workload.autoscalers;
    const settings = autoscaler ? originalOf(autoscaler) : { ...NO_HPA, ...bounds(workload, this.#ports) };
    const wish = this.#baseline.wish({ nowMs: this.#ports.clock.nowMs(), workload, load }, settings);
    return autoscaler && autoscaler.handover === null ? (autoscaler.desiredReplicas ?? wish) : wish;
  }

  #publishPoint(
    workload: Workload,
    known: Pick<ScalingPoint, 'demandPods' | 'hpaReplicas' | 'policyReplicas' | 'withinSlo'>,
    reward: StepReward | null,
  ): void {
    const { clock, snapshot, config, publish } = this.#ports;
    const { desiredReplicas: replicas, readyReplicas } = workload;
    const price = podRate(config().costs, workload, snapshot().nodes).perHour;
    const { hpaReplicas } = known;
    publish({
      kind: 'scaling-point',
      point: {
        workloadId: this.#id,
        atMs: clock.nowMs(),
        ...{ replicas, readyReplicas },
        ...known,
        costPerHour: price === null ? null : price * replicas,
        baselineCostPerHour: price === null || hpaReplicas === null ? null : price * hpaReplicas,
        reward: reward?.total ?? null,
        rewardTerms: reward?.terms ?? {},
      },
    });
  }

  /** What it would do is told when it changes its mind, not in every step. */
  #journalThought(look: ScaleLook, wish: ScaleWish, wanted: number): void {
    const from = look.workload.desiredReplicas;
    const thought = `${Math.sign(wanted - from)} ${wish.doubt}`;
    if (thought === this.#lastThought) return;
    this.#lastThought = thought;
    const isOurs = this.#helm.own(look.workload) !== undefined;
    // What is done is told where it is proposed.
    if (isOurs || wanted === from) return;
    // A policy that wavers between two counts must not bury the journal: the charts have every step.
    if (look.nowMs - this.#thoughtAtMs < SHADOW_TELLS_EVERY_MS) return;
    this.#thoughtAtMs = look.nowMs;
    this.#journal(look, wish, { kind: 'scale', from, to: wanted }, null);
  }

  #journal(look: ScaleLook, wish: ScaleWish, action: Action, draft: ProposalDraft | null): void {
    const { workload, view, violationPrice } = look;
    const change = action.kind === 'scale' ? action.to - workload.desiredReplicas : 0;
    const { all } = stepReward(view, violationPrice, { change, isReversal: false }, this.#policy.spec);
    this.#ports.record({
      kind: 'decision',
      workloadId: this.#id,
      task: 'scale',
      policy: policyText(this.#policy),
      trigger: draft === null ? 'shadow' : 'step',
      observationSpec: wish.seen.spec,
      observation: [...wish.seen.values],
      action,
      reason: draft?.decision.reason ?? wish.reason,
      confidence: wish.confidence,
      rewardTerms: all,
      decisionMs: this.#decisionMs,
    });
  }

  #createPolicy(): ScalePolicy {
    const { config, learned } = this.#ports;
    this.#policyKey = this.#keyNow();
    const rule = scaleRuleOf(this.ref, config());
    const promoted = learned();
    return promoted ? createLearnedScale(promoted, rule, () => config().guard) : rule;
  }

  /** What the policy is made of. */
  #keyNow(): string {
    const { config, learned } = this.#ports;
    return `${learned()?.version ?? ''} ${policyText(scaleRuleOf(this.ref, config()))}`;
  }

  #workload(): Workload | undefined {
    const workload = this.#ports.snapshot().workloads.get(this.#id);
    return workload?.uid === this.uid ? workload : undefined;
  }
}

const NO_HPA = { metrics: null, behavior: null };

function bounds(workload: Workload, { config }: Pick<ScalerPorts, 'config'>) {
  const { min, max } = boundsOf(workload, config());
  return { minReplicas: min, maxReplicas: max };
}

/** Its settings as they were before Coxswain has changed them. */
function originalOf({ minReplicas, maxReplicas, metrics, behavior, handover }: Autoscaler): HpaSettings {
  if (handover === null || handover === 'broken') return { minReplicas, maxReplicas, metrics, behavior };
  const { original } = handover;
  return {
    minReplicas: original.minReplicas ?? minReplicas,
    maxReplicas,
    metrics: original.metrics,
    behavior: original.behavior,
  };
}
