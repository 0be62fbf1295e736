import type { Workload } from '../../../cluster/snapshot';
import { sloOf } from '../../../loop/steering';
import type { LoadMetrics } from '../../../metrics/loadReadings';
import {
  formatAge,
  type Proposal,
  policyText,
  type Result,
  type ScalingState,
  type ScalingSteering,
  toErrorInfo,
  type WorkloadRef,
  workloadId,
} from '../../../protocol';
import { boundsOf } from './bounds';
import { LiveView } from './liveView';
import { createLearnedScale } from './policies/learnedScale';
import type { ScaleLook, ScalePolicy, ScaleWish } from './policies/policy';
import { scaleRuleOf } from './policies/rules';
import { ReplicaSteps } from './replicaSteps';
import { BLIND_STEP, ScaleChronicle } from './scaleChronicle';
import { ScaleHelm } from './scaleHelm';
import { readScale } from './scaleReading';
import type { ScalerPorts } from './scalerPorts';
import { type ScaleSettings, scaleSettingsOf } from './scaleSettings';
import { autoscalerState, steeringShown } from './scalingState';
import { ShadowDecider } from './shadowDecider';
import { gitOpsOf } from './standing';
import { stepReward } from './stepReward';

type Seen = { look: ScaleLook; wish: ScaleWish };

/** Scaling of one workload: looks at it once per control step, decides, tells, and has done what is agreed. */
export class WorkloadScaler {
  readonly ref: WorkloadRef;
  readonly uid: string;
  readonly #id: string;
  readonly #ports: ScalerPorts;
  #view = new LiveView();
  readonly #steps = new ReplicaSteps();
  readonly #chronicle: ScaleChronicle;
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

  constructor(workload: Workload, ports: ScalerPorts) {
    this.ref = workload.ref;
    this.uid = workload.uid;
    this.#id = workloadId(workload.ref);
    this.#ports = ports;
    this.#settings = scaleSettingsOf(workload.ref, ports.config());
    this.#shadow = new ShadowDecider(workload.ref, ports);
    this.#policy = this.#createPolicy();
    this.#policySinceMs = ports.clock.nowMs();
    this.#chronicle = new ScaleChronicle({ ...ports, policy: () => this.#policy });
    this.#helm = new ScaleHelm(workload, {
      ...ports,
      wanted: () => this.wanted,
      want: (steering) => {
        this.#steering = steering;
      },
      policy: () => this.#policy,
      decided: (look, wish, draft) =>
        this.#chronicle.decision(look, wish, { action: draft.decision.action, draft }, this.#decisionMs),
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
    this.#ports.witness?.forget(this.#id);
  }

  /** One control step. Rejects with what went wrong; of one that was stopped meanwhile nothing counts. */
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
      if (signal.aborted) return;
      // Where nobody can steer the autoscaler has to.
      await this.#helm.failed(known, toErrorInfo(error).message);
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
      this.#ports.witness?.interrupted(this.#id);
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
    this.#ports.witness?.interrupted(this.#id);
    this.#chronicle.point(workload, metrics, BLIND_STEP);
    await this.#helm.blind(workload, problem);
  }

  async #decide({ look, wish }: Seen): Promise<void> {
    const { workload, view, load, nowMs, violationPrice } = look;
    const bounded = (pods: number) => Math.min(view.maxReplicas, Math.max(view.minReplicas, pods));
    const policyReplicas = bounded(wish.replicas);
    this.#shadow.decide(look, policyReplicas, bounded);
    const step = this.#steps.look(workload.desiredReplicas, nowMs);
    this.#ports.witness?.looked(this.#id, look, step, policyReplicas);
    this.#chronicle.point(workload, load, {
      demandPods: view.estimates.load,
      policyReplicas,
      withinSlo: 1 - view.metrics.violatedShare,
      reward: stepReward(view, violationPrice, step, this.#policy.spec),
    });
    const isOurs = this.#helm.own(workload) !== undefined;
    this.#chronicle.thought(look, wish, policyReplicas, isOurs, this.#decisionMs);
    this.#status = [await this.#helm.act(look, wish), ...load.warnings].join('; ');
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
