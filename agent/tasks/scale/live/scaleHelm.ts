import type { Autoscaler, Workload } from '../../../cluster/snapshot';
import type { ProposalDraft } from '../../../loop/ports';
import {
  CoxswainError,
  type Proposal,
  type Result,
  type ScalingState,
  type ScalingSteering,
  toErrorInfo,
  type WorkloadRef,
  workloadId,
} from '../../../protocol';
import { CONTROL_STEP_SECONDS } from '../../../sim/scale/units';
import { KeptBreaker } from './keptBreaker';
import { type Moment, momentOf } from './moment';
import { AwaitedOutcomes } from './outcomes';
import type { ScaleLook, ScaleWish } from './policies/policy';
import { endText, refusedBy } from './proposalTexts';
import type { ScaleBreakerEvent } from './scaleBreaker';
import type { HelmPorts } from './scalerPorts';
import {
  errorOf,
  type OwnHandover,
  obstacleTo,
  obstacleToProposing,
  ownHandovers,
  type StandingInput,
} from './standing';
import { type Say, StepPlanner } from './stepPlanner';

/** Cluster time. After a write the watches may take a moment to show it. */
const SHOWN_AFTER_MS = 10_000;
/** A person who has said no to a take-over is not asked again sooner. */
const ASK_AGAIN_MS = 600_000;
/** A trial after the breaker was open has gone well after so many steps: five minutes. */
const TRIAL_STEPS = 20;
/** So many steps in a row may the guard deny, five minutes; more only where a cool-down is longer. */
const MOST_DENIED_STEPS = 20;

/** What the scaler does to one workload and its autoscaler: takes over, steps, measures, and hands back. */
export class ScaleHelm {
  readonly #ref: WorkloadRef;
  readonly #id: string;
  readonly #ports: HelmPorts;
  readonly #planner: StepPlanner;
  readonly #outcomes = new AwaitedOutcomes();
  readonly #breaker: KeptBreaker;
  #goodSteps = 0;
  #handedBack: ScalingState['handedBack'] = null;
  #isHandingBack = false;
  /** It could not be handed back: the gate tries that again, and nothing is done meanwhile. */
  #isLeftToGate = false;
  /** In a row. */
  #deniedSteps = 0;
  #failedSteps = 0;
  /** What the watches have shown last as ours. */
  #shown: Autoscaler | null = null;
  #hasHeededDeath = false;
  /** Until then nothing is taken over. */
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  /** How it was served when the last step was decided, and until a step of then shows. */
  #before: { moment: Moment; settleMs: number } | null = null;
  /** What was wanted before a take-over was sent. */
  #wantedBefore: ScalingSteering | null = null;

  constructor(workload: Pick<Workload, 'ref' | 'uid'>, ports: HelmPorts) {
    this.#ref = workload.ref;
    this.#id = workloadId(workload.ref);
    this.#ports = ports;
    this.#planner = new StepPlanner(ports);
    this.#breaker = new KeptBreaker(workload, ports);
    const { leftOpenAtMs: atMs, openUntilMs, reason } = this.#breaker;
    if (atMs !== null) this.#handedBack = { atMs, why: reason, retryAtMs: openUntilMs };
  }

  get handedBack(): ScalingState['handedBack'] {
    return this.#handedBack;
  }

  /** As far as was seen last: also of a workload that is gone. */
  get isSteering(): boolean {
    return this.#shown !== null;
  }

  own(workload: Workload): OwnHandover | undefined {
    return ownHandovers({ workload, agentId: this.#ports.agentId })[0];
  }

  /** Hands back what may not be steered any more: mode, config or cluster have changed. */
  async settle(workload: Workload): Promise<void> {
    if (!this.#hasHeededDeath) this.#heedDeath();
    this.#hasHeededDeath = true;
    const own = this.own(workload);
    const obstacle = obstacleTo(this.#standing(workload));
    // The gate hands back by itself when it is paused or stopped.
    if (this.#shown && !own) this.#noteHandedBack(this.#shown, obstacle?.reason ?? null);
    this.#shown = own?.autoscaler ?? null;
    this.#isLeftToGate &&= own !== undefined;
    if (!own) return;
    const wanted = this.#ports.wanted();
    if (obstacle) await this.#letGo(obstacle.reason);
    else if (own.note.by === 'auto' && this.#ports.gate.mode === 'approve') {
      await this.#letGo('nobody has approved the take-over, which mode approve asks for');
    } else if (!own.isIntact) {
      await this.#letGo('somebody has changed the autoscaler meanwhile');
      // Whoever has done so does not want it taken over again at once.
      this.#ports.want('shadow');
    } else if (wanted !== own.note.how) await this.#letGo(`scaling is set to ${wanted}`);
  }

  /** A step has come to nothing, for example because the journal takes no more rows. */
  async failed(workload: Workload, why: string): Promise<void> {
    this.#failedSteps += 1;
    if (!this.own(workload) || this.#failedSteps < this.#ports.config().scale.breaker.failures) return;
    await this.#feed({ kind: 'stuck', atMs: this.#nowMs() }, `its steps fail: ${why}`);
  }

  /** A step without data. */
  async blind(workload: Workload, why: string): Promise<void> {
    await this.#measure(null);
    if (!this.own(workload)) return;
    this.#goodSteps = 0;
    await this.#feed({ kind: 'blind', atMs: this.#nowMs() }, `no data: ${why}`);
  }

  /** Does what is agreed about a wish. @returns what the scaler does or would do, in words */
  async act(look: ScaleLook, wish: ScaleWish): Promise<string> {
    const status = await this.#act(look, wish);
    this.#failedSteps = 0;
    return status;
  }

  async #act(look: ScaleLook, wish: ScaleWish): Promise<string> {
    const { workload, view, violationPrice, nowMs } = look;
    const moment = momentOf(view, violationPrice, nowMs);
    const { startupEstimateSeconds } = view.pods;
    const windowSeconds =
      (view.domain.metricWindowSteps + view.domain.metricLagSteps + 1) * CONTROL_STEP_SECONDS;
    this.#before = { moment, settleMs: (startupEstimateSeconds + windowSeconds) * 1000 };
    await this.#measure(moment);
    const own = this.own(workload);
    if (own) await this.#goodStep(wish);
    const maySteer = !this.#isLeftToGate && this.#breaker.openUntilMs === null;
    if (own && this.own(workload) && maySteer) return this.#step(look, wish, own);
    const status = this.#planner.wouldDo(look, wish);
    const wanted = this.#ports.wanted();
    if (own || (wanted !== 'own' && wanted !== 'advise')) return status;
    return (await this.#takeOverByItself(look, wish, wanted)) ?? status;
  }

  /** A person wants it. @param look null where nothing can be decided, with `problem` for why */
  async takeOver(
    { how, confirmed }: { how: Say; confirmed: boolean },
    workload: Workload,
    seen: { look: ScaleLook; wish: ScaleWish } | { problem: string },
    by: string,
  ): Promise<Result<'takeOver'>> {
    const obstacle = obstacleTo(this.#standing(workload));
    if (obstacle) throw errorOf(obstacle, `${this.#ref.namespace}/${this.#ref.name}`);
    const own = this.own(workload);
    if (own?.note.how === how) return { proposal: null, text: `It is set to ${how} already.` };
    if (own) {
      throw new CoxswainError('conflict', `It is set to ${own.note.how}.`, 'Hand it back first.');
    }
    if ('problem' in seen) {
      throw new CoxswainError(
        'guard-denied',
        `Nothing can be decided about ${this.#ref.name} now: ${seen.problem}.`,
        'Take it over once its metrics are there.',
      );
    }
    // Who asks knows what the breaker has opened for.
    this.#breaker.close();
    const draft = this.#planner.takeOver(seen.look, seen.wish, how, by);
    if (draft === null) {
      this.#ports.want(how);
      return {
        proposal: null,
        text: 'Its minReplicas are what the scaler wants: it is advised once that differs.',
      };
    }
    const { gate, decided } = this.#ports;
    decided(seen.look, seen.wish, draft);
    let proposal = await gate.propose(draft);
    if (proposal.state.kind === 'denied') throw refusedBy(proposal);
    if (proposal.state.kind === 'pending' && confirmed) proposal = await gate.approve(proposal.id, by);
    return { proposal, text: endText(proposal) };
  }

  /** @returns what was done, in words @throws CoxswainError where it could not be handed back */
  async handBack(why: string, by: string, retryAtMs: number | null = null): Promise<string> {
    this.#isHandingBack = true;
    const atMs = this.#nowMs();
    try {
      const text = await this.#ports.gate.handBack(this.#id, why, by);
      this.#handedBack = { atMs, why, retryAtMs };
      return text;
    } catch (error) {
      this.#isLeftToGate = true;
      throw error;
    } finally {
      this.#isHandingBack = false;
      this.#outcomes.clear();
      this.#goodSteps = 0;
      this.#quietUntilMs = atMs + SHOWN_AFTER_MS;
    }
  }

  /** It is not ours any more. @param obstacle for which the gate has handed back by itself */
  #noteHandedBack(was: Autoscaler, obstacle: string | null): void {
    if (this.#handedBack !== null) return;
    const isOurDoing = obstacle !== null || this.#isHandingBack || this.#ports.gate.gaveBack(was);
    // Whoever else has done so does not want it taken over again at once.
    if (!isOurDoing) this.#ports.want('shadow');
    const why = obstacle ?? (isOurDoing ? 'it was handed back' : 'somebody has handed it back');
    this.#handedBack = { atMs: this.#nowMs(), why, retryAtMs: null };
  }

  /** The guard or a person has decided, or something was carried out. */
  proposalChanged({ id, action, state }: Proposal): void {
    const say = action.kind === 'take-over' ? 'own' : action.kind === 'advise' ? 'advise' : null;
    switch (state.kind) {
      case 'executing':
        this.#wantedBefore = this.#ports.wanted();
        // Before the watches show it: what nobody wants is handed back.
        if (say) this.#ports.want(say);
        return;
      case 'acted':
        this.#acted(id, action, state.atMs);
        return;
      case 'failed':
        if (say && this.#wantedBefore !== null) this.#ports.want(this.#wantedBefore);
        this.#breaker.note({ kind: 'action', event: { kind: 'harmful', atMs: state.atMs } }, state.why);
        return;
      case 'rejected':
        if (say) this.#quietUntilMs = state.atMs + ASK_AGAIN_MS;
    }
  }

  #acted(proposalId: string, action: Proposal['action'], atMs: number): void {
    if (action.kind === 'scale') this.#planner.noteChange({ atMs, change: action.to - action.from });
    if (action.kind === 'advise') {
      this.#planner.noteChange({ atMs, change: action.minReplicas.to - action.minReplicas.from });
    }
    if (action.kind === 'take-over' || this.#handedBack !== null) {
      this.#handedBack = null;
      this.#quietUntilMs = atMs + SHOWN_AFTER_MS;
      this.#breaker.note({ kind: 'action', event: { kind: 'begun', atMs } }, '');
    }
    if (action.kind !== 'take-over' && this.#before) {
      this.#outcomes.begin(proposalId, { ...this.#before.moment, atMs }, this.#before.settleMs);
    }
  }

  async #goodStep({ doubt }: ScaleWish): Promise<void> {
    const doubtful = doubt !== null && doubt !== 'disturbed';
    await this.#feed(
      { kind: 'seen', doubtful, atMs: this.#nowMs() },
      `the policy is out of its depth (${doubt})`,
    );
    this.#goodSteps = doubtful ? 0 : this.#goodSteps + 1;
    if (this.#goodSteps === TRIAL_STEPS) {
      this.#breaker.note({ kind: 'action', event: { kind: 'harmless', atMs: this.#nowMs() } }, '');
    }
  }

  async #step(look: ScaleLook, wish: ScaleWish, own: OwnHandover): Promise<string> {
    const planned = this.#planner.step(look, wish, own);
    if (planned.kind === 'step') return this.#propose(look, wish, planned.draft);
    if (planned.kind === 'keep') this.#withdraw(wish.reason);
    return planned.text;
  }

  async #propose(look: ScaleLook, wish: ScaleWish, draft: ProposalDraft): Promise<string> {
    this.#ports.decided(look, wish, draft);
    const proposal = await this.#ports.gate.propose(draft);
    this.#deniedSteps = proposal.state.kind === 'denied' ? this.#deniedSteps + 1 : 0;
    const longestPace = this.#ports.config().guard.scaleDownCooldown / (CONTROL_STEP_SECONDS * 1000);
    if (this.#deniedSteps > Math.max(MOST_DENIED_STEPS, longestPace) && this.own(look.workload)) {
      this.#deniedSteps = 0;
      this.#breaker.note(
        { kind: 'stuck', atMs: this.#nowMs() },
        `its steps are denied: ${proposal.verdict.reason}`,
      );
    }
    await this.#letGoIfOpen();
    return endText(proposal);
  }

  async #takeOverByItself(look: ScaleLook, wish: ScaleWish, how: Say): Promise<string | null> {
    const obstacle = obstacleToProposing(this.#standing(look.workload));
    if (obstacle) return `${this.#planner.wouldDo(look, wish)}; it has no say: ${obstacle.reason}`;
    if (this.#nowMs() < this.#quietUntilMs || !this.#breaker.mayTakeOver()) return null;
    const draft = this.#planner.takeOver(look, wish, how, 'auto');
    if (draft === null || this.#heedDeath()) return null;
    return this.#propose(look, wish, draft);
  }

  /**
   * An agent has died while it had a say. The next one may die of the same, and so on: for a while nothing is taken over
   * without a person.
   *
   * @returns whether that while is not over yet
   */
  #heedDeath(): boolean {
    const { gate, config, handedBackForDead } = this.#ports;
    const back = handedBackForDead(this.#id);
    if (back === null) return false;
    const untilMs = back.atMs + config().scale.breaker.openFor;
    if (this.#nowMs() >= untilMs) return false;
    const isHeldUp = gate.mode === 'auto';
    this.#handedBack = { ...back, retryAtMs: isHeldUp ? untilMs : null };
    return isHeldUp;
  }

  async #measure(now: Moment | null): Promise<void> {
    for (const { proposalId, outcome } of this.#outcomes.due(now, this.#nowMs())) {
      const kind =
        outcome.kind === 'regressed' ? 'harmful' : outcome.kind === 'unknown' ? 'nothing' : 'harmless';
      this.#breaker.note(
        { kind: 'action', event: { kind, atMs: this.#nowMs() } },
        `a step has made it worse: ${outcome.text}`,
      );
      try {
        await this.#ports.gate.recordOutcome(proposalId, outcome);
      } catch (error) {
        this.#ports.onError(toErrorInfo(error));
      }
    }
    await this.#letGoIfOpen();
  }

  async #feed(event: ScaleBreakerEvent, harm: string): Promise<void> {
    this.#breaker.note(event, harm);
    await this.#letGoIfOpen();
  }

  async #letGoIfOpen(): Promise<void> {
    const { openUntilMs, reason } = this.#breaker;
    const workload = this.#ports.snapshot().workloads.get(this.#id);
    if (openUntilMs === null || !workload || !this.own(workload)) return;
    await this.#letGo(reason, openUntilMs);
  }

  /** The gate tries again what it could not do. */
  async #letGo(why: string, retryAtMs: number | null = null): Promise<void> {
    if (this.#isHandingBack || this.#isLeftToGate) return;
    try {
      await this.handBack(why, 'Coxswain', retryAtMs);
    } catch (error) {
      this.#ports.onError(toErrorInfo(error));
    }
  }

  #withdraw(why: string): void {
    this.#ports.gate.withdraw(this.#id, `no longer needed: ${why}`, 'scale');
  }

  #standing(workload: Workload): StandingInput {
    const { gate, agentId } = this.#ports;
    return { workload, config: this.#ports.config(), mode: gate.mode, control: gate.control, agentId };
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }
}
