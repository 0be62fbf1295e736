import type { Release } from '../../../cluster/releases';
import type { Config } from '../../../config/schema';
import type { CountedRelease, VersionMeasure } from '../../../metrics/versionCounts';
import {
  type EvidenceState,
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
import { type Shown, shownOf } from '../operations/releaseShown';
import { createLearnedPace } from '../pace/learnedPace';
import type { PacePolicy, PaceWish } from '../pace/pacePolicy';
import { paceRule } from '../pace/paceRule';
import { type Disturbance, disturbanceOf } from './arbiter';
import { Chronicle } from './chronicle';
import { Intake } from './intake';
import { isUnused, problemOf, problemsOf, questionOf, warningOf } from './looking';
import { ManagedDriver } from './managedDriver';
import { moveInputOf, obstacleOf } from './moveInput';
import { moveText, moveWord } from './moveTexts';
import { type Move, type MoveInput, nextMove } from './nextMove';
import { outcomeOf } from './outcomeOf';
import { type Decided, ReleaseHelm } from './releaseHelm';
import { ReleaseHooks } from './releaseHooks';
import type { ReleasePorts } from './releasePorts';
import { type ReleaseSettings, releaseSettingsOf } from './releaseSettings';
import { releasePointOf, releaseStateOf } from './releaseStateOf';
import { ReleaseTrial } from './releaseTrial';
import { Standstill } from './standstill';
import { type UnderWay, underWayOf } from './underWay';

/** One release: what is seen of it, what is counted, decided, told, and done. */
export class ReleaseController {
  readonly ref: WorkloadRef;
  readonly uid: string;
  readonly #id: string;
  readonly #ports: ReleasePorts;
  readonly #driver: ManagedDriver;
  readonly #chronicle: Chronicle;
  readonly #hooks: ReleaseHooks;
  readonly #helm: ReleaseHelm;
  readonly #intake: Intake;
  readonly #standstill: Standstill;
  #release: Release;
  #shown: Shown;
  /** What `shown` and `underWay` were read from. */
  #isRead: { release: Release | null; by: Config['canary'] | null } = { release: null, by: null };
  #underWay: UnderWay | null = null;
  #settings: ReleaseSettings;
  /** What people have said since the config was read; null where the config counts. */
  #steering: ReleaseSteering | null = null;
  #policy: PacePolicy;
  #trial: ReleaseTrial | null = null;
  /** See `UnderWay.pair`; the last that was seen of this release. */
  #pair: string | null = null;
  /** What was gathered of the release that has ended, until the next begins. */
  #lastEvidence: EvidenceState | null = null;
  #move: Move | null = null;
  /** What has become of the last move, in words. */
  #done: string | null = null;
  #isActing = false;
  #isProbing = false;
  #problem: string | null = null;
  /** What the last counts are worked out by less than was asked for. */
  #warning: string | null = null;
  #published = '';

  constructor(release: Release, ports: ReleasePorts) {
    this.ref = release.ref;
    this.uid = release.uid;
    this.#id = workloadId(release.ref);
    this.#ports = ports;
    this.#release = release;
    this.#shown = shownOf(release, ports.config());
    this.#settings = releaseSettingsOf(release.ref, ports.config());
    this.#policy = this.#createPolicy();
    this.#driver = new ManagedDriver(ports);
    this.#chronicle = new Chronicle(release.ref, ports);
    this.#hooks = new ReleaseHooks(release.ref, ports, (text) => this.#chronicle.hook(text));
    this.#helm = new ReleaseHelm(release.ref, ports);
    this.#intake = new Intake(release.ref.namespace, this.#hooks, ports);
    this.#standstill = new Standstill(this.#chronicle);
  }

  /** What is wanted of it: what people have said since the config was read, else what that says. */
  get wanted(): ReleaseSteering {
    return this.#steering ?? this.#settings.steering;
  }

  /** The controller may act: it has a say, and the mode is not to observe. */
  get hasSay(): boolean {
    return this.wanted === 'own' && this.#ports.gate.mode !== 'observe';
  }

  /** For the gate that Flagger asks. */
  get release(): Release {
    return this.#release;
  }

  get trial(): ReleaseTrial | null {
    return this.#trial;
  }

  get move(): Move | null {
    return this.#move;
  }

  /** Why it is not raised now, whatever the evidence says; null where it may be. */
  get hold(): string | null {
    return this.#disturbance().hold ?? obstacleOf(this.#release, this.#settings);
  }

  get facts(): ReleaseEvidenceFacts | null {
    return this.#trial?.facts(this.#nowMs()) ?? null;
  }

  stop(): void {
    this.#hooks.stop();
  }

  /** The watches show something else; a release that Coxswain moves goes on. */
  see(release: Release): void {
    this.#release = release;
    this.#look();
    this.#drive();
    this.publish();
  }

  /** Something else has changed: what was refused may go on. */
  goOn(): void {
    if (this.#underWay !== null) this.#drive();
  }

  question(): CountedRelease | null {
    return this.wanted === 'off' ? null : questionOf(this.#release, this.#underWay, this.#settings);
  }

  /** One decision. What follows from it goes on by itself. */
  step(measure: VersionMeasure | undefined): void {
    this.#look();
    this.#drive();
    const { stage } = this.#underWay ?? {};
    const isDeciding = stage === 'starting' || stage === 'progressing';
    if (isDeciding && this.#trial && this.#underWay && this.wanted !== 'off') {
      this.#decide(this.#trial, this.#underWay, measure);
    } else {
      this.#move = null;
      this.#problem = null;
    }
    this.#standstill.see(this.#whyNotOn(), this.#nowMs());
    this.publish();
  }

  configChanged(): void {
    const settings = releaseSettingsOf(this.ref, this.#ports.config());
    // Who writes it into the config means it, whatever was said before.
    if (settings.steering !== this.#settings.steering) this.#steering = null;
    const isOther = JSON.stringify(settings.evidence) !== JSON.stringify(this.#settings.evidence);
    this.#settings = settings;
    // Evidence is for the bars that it was gathered for.
    if (isOther) this.#trial = null;
    this.policySwitched();
    this.#look();
    this.publish();
  }

  policySwitched(): void {
    this.#policy = this.#createPolicy();
    this.publish();
  }

  /** A person is heard: what became of a wish is told. */
  proposalChanged({ action, state }: Proposal): void {
    if (action.kind !== 'release') return;
    if (state.kind === 'failed') this.#done = `it has failed: ${state.why}`;
    this.publish();
  }

  setSteering(steering: ReleaseSteering, by: string): void {
    this.#steering = steering;
    if (steering !== 'own') this.#ports.gate.withdraw(this.#id, `${by} has set it to ${steering}`, 'canary');
    this.#look();
    this.publish();
  }

  /** What aborts a Rollout that it steers, while one is under way; null for all others. */
  abortion(): ReleaseReturn | null {
    if (this.#underWay === null || this.wanted !== 'own') return null;
    return this.#release.operator === 'argo-rollouts' ? this.#helm.abortion(this.#release) : null;
  }

  /** @throws CoxswainError */
  async operate(
    { operation, confirmed = false }: Pick<ParsedParams<'releaseOperation'>, 'operation' | 'confirmed'>,
    by: string,
  ): Promise<Result<'releaseOperation'>> {
    if (isReturn(operation)) this.#chronicle.because(`${by} has ordered it`);
    const answer = await this.#helm.order(operation, this.#release, this.facts, { by, confirmed });
    if (isAnswer(operation)) this.#trial?.extend(this.#nowMs());
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
    const trial = this.wanted === 'off' ? null : this.#trial;
    const last = this.wanted === 'off' ? null : this.#lastEvidence;
    return releaseStateOf(this.#release, this.#shown, {
      steering: this.wanted,
      policy: { name: this.#policy.name, version: this.#policy.version },
      underWay: this.#underWay,
      end: this.#chronicle.end,
      evidence: trial?.state(this.#nowMs()) ?? last,
      startedAtMs: this.#underWay?.startedAtMs ?? trial?.startedAtMs ?? null,
      atWeightSinceMs: this.#underWay?.atWeightSinceMs ?? trial?.atWeightSinceMs ?? null,
      says: this.#says(),
      problem: problemsOf(this.#release, this.#driver, this.#problem),
      isAsking: this.hasSay && this.#move?.kind === 'ask',
    });
  }

  #says(): string | null {
    if (this.#move === null || this.wanted === 'off') return null;
    const text = moveText(this.#move, this.hasSay);
    const done = this.#done === null || !this.hasSay ? '' : ` (${this.#done})`;
    return `${text}${done}${this.#warning === null ? '' : `; ${this.#warning}`}`;
  }

  #look(): void {
    const nowMs = this.#nowMs();
    const underWay = this.#read();
    const isOther = underWay?.trial !== this.#underWay?.trial;
    const before = this.#underWay;
    this.#underWay = underWay;
    this.#chronicle.see(underWay, outcomeOf(this.#release, this.#shown.phase, before));
    if (isOther) this.#begin(before !== null);
    if (underWay === null) return;
    this.#compare(underWay);
    if (this.#trial === null && this.wanted !== 'off') {
      const startedAtMs = underWay.startedAtMs ?? nowMs;
      this.#trial = new ReleaseTrial(underWay.trial, { startedAtMs, nowMs }, this.#settings);
    }
    if (underWay.weight !== null) {
      this.#trial?.weightIs(underWay.weight, nowMs, underWay.atWeightSinceMs);
    }
  }

  /** What its objects say; read anew only where they, or the config, are others. */
  #read(): UnderWay | null {
    const config = this.#ports.config();
    const { release, by } = this.#isRead;
    if (release === this.#release && by === config.canary) return this.#underWay;
    this.#isRead = { release: this.#release, by: config.canary };
    this.#shown = shownOf(this.#release, config);
    return underWayOf(this.#release, this.#shown.phase);
  }

  #begin(hadOne: boolean): void {
    this.#lastEvidence = this.#underWay === null ? (this.#trial?.state(this.#nowMs()) ?? null) : null;
    this.#trial = null;
    this.#pair = null;
    this.#move = null;
    this.#done = null;
    this.#problem = null;
    this.#intake.begin();
    this.#standstill.begin();
    this.#driver.forget();
    this.#helm.begin();
    if (hadOne) this.#hooks.afterEnd();
    this.#hooks.begin(this.#underWay?.trial ?? '');
  }

  /** Somebody has put something else in the place of a version: its evidence begins anew. */
  #compare({ pair }: UnderWay): void {
    if (pair === null) return;
    const before = this.#pair;
    this.#pair = pair;
    if (before === null || before === pair) return;
    this.#trial = null;
    this.#intake.skipNext();
  }

  #drive(): void {
    if (this.#release.operator !== 'coxswain') return;
    const { name, version } = this.#policy;
    void this.#driver.drive(this.#release, this.facts, { name, version }).then((hasSent) => {
      if (hasSent) this.publish();
    });
  }

  #decide(trial: ReleaseTrial, underWay: UnderWay, measure: VersionMeasure | undefined): void {
    const startMs = this.#ports.monotonicMs();
    const disturbance = this.#disturbance();
    const { disturbed } = disturbance;
    const nowMs = this.#nowMs();
    const blind = this.#intake.take(measure, { trial, underWay, disturbed, nowMs });
    const wish = this.#policy.decide(trial.view(nowMs, this.#settings.stepPercent));
    const move = nextMove(this.#input(trial, underWay, { disturbance, blind, wish }));
    this.#move = move;
    if (move.kind === 'roll-back' && this.hasSay) this.#chronicle.because(move.reason);
    this.#done = null;
    this.#problem = problemOf(measure, blind, underWay.weight);
    const decisionMs = this.#ports.monotonicMs() - startMs;
    this.#warning = warningOf(measure);
    this.#tell(trial, measure, move);
    if (isUnused(measure, underWay)) this.#probe();
    this.#do({ move, policy: this.#policy, wish, evidence: this.facts, decisionMs });
  }

  #input(
    trial: ReleaseTrial,
    underWay: UnderWay,
    seen: { disturbance: Disturbance; blind: string | null; wish: PaceWish },
  ): MoveInput {
    const hasTraffic = (underWay.weight ?? 0) > 0;
    return moveInputOf({
      ...{ trial, underWay, ...seen },
      nowMs: this.#nowMs(),
      release: this.#release,
      settings: this.#settings,
      policy: this.#policy,
      isLearned: this.#ports.learned() !== null,
      hooks: hasTraffic ? { kind: 'agreed' } : this.#hooks.beforeTraffic(),
      driver: this.#driver,
    });
  }

  #disturbance(): Disturbance {
    const underWay = this.#underWay;
    if (underWay === null) return { disturbed: null, hold: null };
    const { snapshot, hasIncident, faultOn } = this.#ports;
    return disturbanceOf({
      release: this.#release,
      underWay,
      faults: snapshot().faults,
      hasIncident: (id) => hasIncident(id),
      faultOn: (id) => faultOn(id),
    });
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
      point: releasePointOf(this.#release, measure, evidence, decision),
    });
  }

  /** Nobody asks for the canary: where the config says so it is asked for. */
  #probe(): void {
    if (this.#settings.noTraffic !== 'probe' || !this.hasSay || this.#isProbing) return;
    this.#isProbing = true;
    this.#ports
      .probe(this.#release)
      .catch((error: unknown) => `nobody could be asked: ${toErrorInfo(error).message}`)
      .then((text) => {
        this.#isProbing = false;
        this.#chronicle.probed(text);
      });
  }

  #do(decided: Decided): void {
    if (!this.hasSay) this.#helm.think(decided, this.#release);
    else if (!this.#isActing) void this.#act(decided);
  }

  async #act(decided: Decided): Promise<void> {
    this.#isActing = true;
    try {
      this.#done = await this.#helm.act(decided, this.#release);
    } catch (error) {
      this.#done = toErrorInfo(error).message;
      this.#ports.onError(toErrorInfo(error));
    } finally {
      this.#isActing = false;
      this.publish();
    }
  }

  /** Why it does not come forward; null where it does, or there is nothing under way. */
  #whyNotOn(): string | null {
    if (this.#underWay === null) return null;
    const { stuck, problem, waiting } = this.#driver;
    return stuck?.why ?? problem ?? waiting ?? this.#problem;
  }

  #createPolicy(): PacePolicy {
    const { config, learned } = this.#ports;
    const rule = paceRule(config().canary);
    const promoted = learned();
    return promoted ? createLearnedPace(promoted, rule, () => config().guard) : rule;
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }
}

/** What a person decides about a release that asks. */
function isAnswer({ kind }: ReleaseOperation): boolean {
  return kind === 'resume' || kind === 'weight' || kind === 'retry';
}
