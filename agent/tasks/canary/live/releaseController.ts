import type { Release } from '../../../cluster/releases';
import type { CountedRelease, VersionMeasure } from '../../../metrics/versionCounts';
import {
  type ParsedParams,
  type Proposal,
  type ReleaseOperation,
  type ReleaseState,
  type ReleaseSteering,
  type Result,
  toErrorInfo,
  type WorkloadRef,
  workloadId,
} from '../../../protocol';
import type { ReleaseEvidenceFacts } from '../../../safety/releaseDraft';
import { isReturn } from '../../../safety/releaseFacts';
import type { ReleaseReturn } from '../../../safety/releaseReturn';
import type { PacePolicy } from '../pace/pacePolicy';
import { Chronicle } from './chronicle';
import { FlaggerPasses } from './flaggerPasses';
import { Gathering } from './gathering';
import { isUnused, problemOf, problemsOf, questionOf, warningOf } from './looking';
import { ManagedDriver } from './managedDriver';
import { obstacleOf } from './moveInput';
import { moveWord } from './moveTexts';
import type { Move } from './nextMove';
import { outcomeOf } from './outcomeOf';
import { paceNow } from './paceNow';
import { type PastRelease, pastRelease } from './pastRelease';
import { Probing } from './probing';
import { Reckoning } from './reckoning';
import { type Decided, ReleaseHelm } from './releaseHelm';
import { ReleaseHooks } from './releaseHooks';
import type { ReleasePorts } from './releasePorts';
import type { ReleaseSettings } from './releaseSettings';
import { releasePointOf, releaseStateOf } from './releaseStateOf';
import type { ReleaseTrial } from './releaseTrial';
import { saysOf } from './says';
import { Sight } from './sight';
import { Standstill } from './standstill';
import { Steering } from './steering';
import type { UnderWay } from './underWay';

/** One release: what is seen of it, what is counted, decided, told, and done. */
export class ReleaseController {
  readonly ref: WorkloadRef;
  readonly uid: string;
  /** Of a Canary of Flagger. */
  readonly passes = new FlaggerPasses();
  readonly #id: string;
  readonly #ports: ReleasePorts;
  readonly #driver: ManagedDriver;
  readonly #chronicle: Chronicle;
  readonly #hooks: ReleaseHooks;
  readonly #helm: ReleaseHelm;
  readonly #reckoning: Reckoning;
  readonly #standstill: Standstill;
  readonly #probing: Probing;
  readonly #sight: Sight;
  readonly #gathering: Gathering;
  #underWay: UnderWay | null = null;
  readonly #steering: Steering;
  #policy: PacePolicy;
  #move: Move | null = null;
  /** What has become of the last move, in words. */
  #done: string | null = null;
  #isActing = false;
  #problem: string | null = null;
  /** What the last counts are worked out by less than was asked for. */
  #warning: string | null = null;
  #published = '';

  constructor(release: Release, ports: ReleasePorts) {
    this.ref = release.ref;
    this.uid = release.uid;
    this.#id = workloadId(release.ref);
    this.#ports = ports;
    this.#sight = new Sight(release, ports.config());
    this.#steering = new Steering(release.ref, ports.config());
    this.#policy = paceNow(ports);
    this.#driver = new ManagedDriver(ports);
    const past = pastOf(this.#id, ports);
    this.#gathering = new Gathering(past.isUnderWay);
    this.#chronicle = new Chronicle(release.ref, ports, past);
    this.#hooks = new ReleaseHooks(release.ref, ports, (text) => this.#chronicle.hook(text));
    this.#helm = new ReleaseHelm(release.ref, ports, this.passes);
    this.#reckoning = new Reckoning(release.ref.namespace, ports, this.#hooks, this.#driver);
    this.#standstill = new Standstill(this.#chronicle);
    this.#probing = new Probing(ports, this.#chronicle);
  }

  /** See `Steering`. */
  get wanted(): ReleaseSteering {
    return this.#steering.wanted;
  }

  /** The controller may act: it has a say, and the mode is not to observe. */
  get hasSay(): boolean {
    return this.wanted === 'own' && this.#ports.gate.mode !== 'observe';
  }

  /** For the gate that Flagger asks. */
  get release(): Release {
    return this.#sight.release;
  }

  get trial(): ReleaseTrial | null {
    return this.#gathering.trial;
  }

  get move(): Move | null {
    return this.#move;
  }

  /** What has become of the last move, in words; null where it was done. */
  get done(): string | null {
    return this.#done;
  }

  /** Why it is not raised now, whatever the evidence says; null where it may be. */
  get hold(): string | null {
    return (
      this.#reckoning.disturbance(this.release, this.#underWay).hold ??
      obstacleOf(this.release, this.#settings)
    );
  }

  get facts(): ReleaseEvidenceFacts | null {
    return this.#gathering.facts(this.#nowMs());
  }

  /** See `FlaggerPasses.open`. */
  openGate(): boolean {
    const nowMs = this.#nowMs();
    return this.passes.open(nowMs, nowMs - this.#ports.watchAgeMs(this.ref.namespace));
  }

  stop(): void {
    this.#hooks.stop();
  }

  /** The watches show something else; a release that Coxswain moves goes on. */
  see(release: Release): void {
    this.#sight.release = release;
    this.#look();
    this.#drive();
    this.publish();
  }

  /** Something else has changed: what was refused may go on. */
  goOn(): void {
    if (this.#underWay !== null) this.#drive();
  }

  question(): CountedRelease | null {
    return this.wanted === 'off' ? null : questionOf(this.release, this.#underWay, this.#settings);
  }

  /** One decision. What follows from it goes on by itself. */
  step(measure: VersionMeasure | undefined): void {
    this.#look();
    this.#drive();
    if (isUndecided(this.#underWay) && this.trial && this.wanted !== 'off') {
      this.#decide(this.trial, this.#underWay, measure);
    } else {
      this.#move = null;
      this.#problem = null;
    }
    this.#standstill.see(this.#whyNotOn(), this.#nowMs());
    this.publish();
  }

  configChanged(): void {
    // Evidence is for the bars that it was gathered for.
    if (this.#steering.reread(this.#ports.config())) this.#gathering.drop();
    this.policySwitched();
    this.#look();
    this.publish();
  }

  policySwitched(): void {
    this.#policy = paceNow(this.#ports);
    this.publish();
  }

  /** A person is heard: what became of a wish is told. */
  proposalChanged({ action, state }: Proposal): void {
    if (action.kind !== 'release') return;
    const { operation } = action;
    if (state.kind === 'acted' && operation.kind === 'open-gate') {
      this.passes.agree(operation, state.by);
      this.#done = null;
    }
    if (state.kind === 'failed') this.#done = `it has failed: ${state.why}`;
    this.publish();
  }

  setSteering(steering: ReleaseSteering, by: string): void {
    this.#steering.say(steering);
    this.passes.begin();
    if (steering !== 'own') this.#ports.gate.withdraw(this.#id, `${by} has set it to ${steering}`, 'canary');
    this.#look();
    this.publish();
  }

  /** What aborts a Rollout that it steers, while one is under way; null for all others. */
  abortion(): ReleaseReturn | null {
    if (this.#underWay === null || this.wanted !== 'own') return null;
    return this.release.operator === 'argo-rollouts' ? this.#helm.abortion(this.release) : null;
  }

  /** @throws CoxswainError */
  async operate(
    { operation, confirmed = false }: Pick<ParsedParams<'releaseOperation'>, 'operation' | 'confirmed'>,
    by: string,
  ): Promise<Result<'releaseOperation'>> {
    if (isReturn(operation)) this.#chronicle.because(`${by} has ordered it`);
    const answer = await this.#helm.order(operation, this.release, this.facts, { by, confirmed });
    if (isAnswer(operation)) this.trial?.extend(this.#nowMs());
    this.publish();
    return answer;
  }

  /** Only where it differs from what was published last. */
  publish(): void {
    const release = this.state();
    const text = JSON.stringify(release);
    if (text === this.#published) return;
    this.#published = text;
    this.#ports.publish({ kind: 'release', release });
  }

  state(): ReleaseState {
    const { trial } = this;
    const nowMs = this.#nowMs();
    return releaseStateOf(this.release, this.#sight.shown, {
      steering: this.wanted,
      policy: { name: this.#policy.name, version: this.#policy.version },
      underWay: this.#underWay,
      end: this.#chronicle.end,
      evidence: this.wanted === 'off' ? null : this.#gathering.state(nowMs),
      startedAtMs: this.#underWay?.startedAtMs ?? trial?.startedAtMs ?? null,
      atWeightSinceMs: this.#underWay?.atWeightSinceMs ?? trial?.atWeightSinceMs ?? null,
      says: this.wanted === 'off' ? null : this.#says(),
      problem: problemsOf(this.release, this.#driver, this.#problem),
      isAsking: this.hasSay && this.#move?.kind === 'ask',
    });
  }

  #says(): string | null {
    return saysOf({
      move: this.#move,
      hasSay: this.hasSay,
      waiting: this.#driver.waiting,
      done: this.#done,
      warning: this.#warning,
      sinceRestartMs: this.#gathering.sinceRestartMs,
      isGateAsked: this.passes.asked !== null,
      wanted: this.wanted,
    });
  }

  #look(): void {
    const underWay = this.#sight.look(this.#ports.config());
    const before = this.#underWay;
    this.#underWay = underWay;
    this.#chronicle.see(underWay, outcomeOf(this.release, this.#sight.shown.phase, before));
    if (underWay?.trial !== before?.trial) this.#begin(before !== null);
    if (underWay?.weight !== before?.weight) this.#standstill.begin();
    // What was decided before it is over is over too.
    if (!isUndecided(underWay)) this.#move = null;
    if (underWay === null) {
      this.#gathering.rest();
      return;
    }
    const settings = this.wanted === 'off' ? null : this.#settings;
    if (this.#gathering.see(underWay, settings, this.#nowMs())) this.#reckoning.skipNext();
  }

  #begin(hadOne: boolean): void {
    this.#gathering.begin(this.#underWay, this.#nowMs());
    this.#move = null;
    this.#done = null;
    this.#problem = null;
    this.passes.begin();
    this.#reckoning.begin();
    this.#standstill.begin();
    this.#driver.forget();
    this.#helm.begin();
    if (hadOne) this.#hooks.afterEnd();
    this.#hooks.begin(this.#underWay?.trial ?? '');
  }

  #drive(): void {
    if (this.release.operator !== 'coxswain') return;
    const { name, version } = this.#policy;
    void this.#driver.drive(this.release, this.facts, { name, version }).then((hasSent) => {
      if (hasSent) this.publish();
    });
  }

  #decide(trial: ReleaseTrial, underWay: UnderWay, measure: VersionMeasure | undefined): void {
    const startMs = this.#ports.monotonicMs();
    const policy = this.#policy;
    const matter = { release: this.release, trial, underWay, settings: this.#settings, policy };
    const { move, wish, blind } = this.#reckoning.decide(matter, measure);
    this.#move = move;
    if (move.kind === 'roll-back' && this.hasSay) this.#chronicle.because(move.reason);
    this.#done = null;
    this.#problem = problemOf(measure, blind, underWay);
    const decisionMs = this.#ports.monotonicMs() - startMs;
    this.#warning = warningOf(measure);
    this.#tell(trial, measure, move);
    if (isUnused(measure, underWay)) this.#probe();
    this.#do({ move, policy, wish, evidence: this.facts, decisionMs });
  }

  #tell(trial: ReleaseTrial, measure: VersionMeasure | undefined, move: Move): void {
    const nowMs = this.#nowMs();
    const evidence = trial.state(nowMs);
    this.#chronicle.verdict(evidence.verdict, evidence.text);
    if (move.kind === 'hold') this.#chronicle.held(move.reason);
    else this.#chronicle.goesOn();
    if (this.hasSay && move.kind === 'ask') this.#chronicle.asked(move.reason);
    if (this.#driver.stuck?.interfered) this.#chronicle.interfered(this.#driver.stuck.why);
    const decision = { atMs: nowMs, text: moveWord(move) };
    this.#ports.publish({
      kind: 'release-point',
      point: releasePointOf(this.release, measure, evidence, decision),
    });
  }

  /** Nobody asks for the canary: where the config says so it is asked for. */
  #probe(): void {
    if (this.#settings.noTraffic === 'probe' && this.hasSay) this.#probing.probe(this.release);
  }

  #do(decided: Decided): void {
    if (!this.hasSay) this.#helm.think(decided, this.release);
    else if (!this.#isActing) void this.#act(decided);
  }

  async #act(decided: Decided): Promise<void> {
    this.#isActing = true;
    try {
      this.#done = await this.#helm.act(decided, this.release);
    } catch (error) {
      this.#done = toErrorInfo(error).message;
      this.#ports.onError(toErrorInfo(error));
    } finally {
      this.#isActing = false;
      this.publish();
    }
  }

  get #settings(): ReleaseSettings {
    return this.#steering.settings;
  }

  /** Why it does not come forward; null where it does, or there is nothing under way. */
  #whyNotOn(): string | null {
    if (this.#underWay === null) return null;
    const { stuck, problem, waiting } = this.#driver;
    return stuck?.why ?? problem ?? waiting ?? this.#problem;
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }
}

/** A journal that cannot be read keeps no release from being looked after. */
function pastOf(id: string, { past, onError }: ReleasePorts): PastRelease {
  try {
    return pastRelease(past(id));
  } catch (error) {
    onError(toErrorInfo(error));
    return pastRelease([]);
  }
}

/** Neither its promotion nor its roll back has begun. */
function isUndecided(underWay: UnderWay | null): underWay is UnderWay {
  return underWay?.stage === 'starting' || underWay?.stage === 'progressing';
}

/** What a person decides about a release that asks. */
function isAnswer({ kind }: ReleaseOperation): boolean {
  return kind === 'resume' || kind === 'weight' || kind === 'retry';
}
