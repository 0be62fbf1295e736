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
import { type Shown, shownOf } from '../operations/releaseShown';
import { createLearnedPace } from '../pace/learnedPace';
import type { PacePolicy, PaceWish } from '../pace/pacePolicy';
import { paceRule } from '../pace/paceRule';
import { type Disturbance, disturbanceOf } from './arbiter';
import { Chronicle } from './chronicle';
import { blindnessOf, oddnessOf, questionOf } from './looking';
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
import { type UnderWay, underWayOf } from './underWay';

/** What does not come forward for so long is told of, cluster time. */
const STUCK_AFTER_MS = 600_000;

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
  #release: Release;
  #shown: Shown;
  #underWay: UnderWay | null = null;
  #settings: ReleaseSettings;
  /** What people have said since the config was read; null where the config counts. */
  #steering: ReleaseSteering | null = null;
  #policy: PacePolicy;
  #trial: ReleaseTrial | null = null;
  #move: Move | null = null;
  /** What has become of the last move, in words. */
  #done: string | null = null;
  #isActing = false;
  #wasDisturbed = false;
  #problem: string | null = null;
  /** Since when it has not come forward. */
  #stuckSinceMs: number | null = null;
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
    this.#watchProgress();
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

  /** @throws CoxswainError */
  async operate(
    { operation, confirmed = false }: Pick<ParsedParams<'releaseOperation'>, 'operation' | 'confirmed'>,
    by: string,
  ): Promise<Result<'releaseOperation'>> {
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
    return releaseStateOf(this.#release, this.#shown, {
      steering: this.wanted,
      policy: { name: this.#policy.name, version: this.#policy.version },
      underWay: this.#underWay,
      end: this.#chronicle.end,
      evidence: trial?.state(this.#nowMs()) ?? null,
      startedAtMs: this.#underWay?.startedAtMs ?? trial?.startedAtMs ?? null,
      atWeightSinceMs: this.#underWay?.atWeightSinceMs ?? trial?.atWeightSinceMs ?? null,
      says: this.#says(),
      problem: this.#problems(),
      isAsking: this.hasSay && this.#move?.kind === 'ask',
    });
  }

  #says(): string | null {
    if (this.#move === null || this.wanted === 'off') return null;
    const text = moveText(this.#move, this.hasSay);
    return this.#done === null || !this.hasSay ? text : `${text} (${this.#done})`;
  }

  #problems(): string | null {
    const { stuck, problem } = this.#driver;
    const all = [
      ...this.#release.problems,
      ...(stuck ? [`${stuck.why}. ${stuck.remedy}`] : []),
      ...(problem === null ? [] : [`the next change could not be made: ${problem}`]),
      ...(this.#problem === null ? [] : [this.#problem]),
    ];
    return all.length === 0 ? null : all.join('; ');
  }

  #look(): void {
    const nowMs = this.#nowMs();
    this.#shown = shownOf(this.#release, this.#ports.config());
    const underWay = underWayOf(this.#release, this.#shown.phase);
    const isOther = underWay?.trial !== this.#underWay?.trial;
    const hadOne = this.#underWay !== null;
    this.#underWay = underWay;
    this.#chronicle.see(underWay, outcomeOf(this.#release, this.#shown.phase));
    if (isOther) this.#begin(hadOne);
    if (underWay === null) return;
    if (this.#trial === null && this.wanted !== 'off') {
      const startedAtMs = underWay.startedAtMs ?? nowMs;
      this.#trial = new ReleaseTrial(underWay.trial, { startedAtMs, nowMs }, this.#settings);
    }
    if (underWay.weight !== null) {
      this.#trial?.weightIs(underWay.weight, nowMs, underWay.atWeightSinceMs);
    }
  }

  #begin(hadOne: boolean): void {
    this.#trial = null;
    this.#move = null;
    this.#done = null;
    this.#problem = null;
    this.#wasDisturbed = false;
    this.#stuckSinceMs = null;
    this.#driver.forget();
    this.#helm.begin();
    if (hadOne) this.#hooks.afterEnd();
    this.#hooks.begin(this.#underWay?.trial ?? '');
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
    const blind = this.#take(trial, measure, disturbance);
    const wish = this.#policy.decide(trial.view(this.#nowMs(), this.#settings.stepPercent));
    const move = nextMove(this.#input(trial, underWay, { disturbance, blind, wish }));
    this.#move = move;
    this.#done = null;
    this.#problem = blind === null ? oddnessOf(measure, this.#underWay?.weight ?? null) : `no data: ${blind}`;
    const decisionMs = this.#ports.monotonicMs() - startMs;
    this.#tell(trial, measure, move);
    this.#do({ move, policy: this.#policy, wish, evidence: this.facts, decisionMs });
  }

  /** @returns why nothing of the interval counts; null where it was taken in */
  #take(trial: ReleaseTrial, measure: VersionMeasure | undefined, { disturbed }: Disturbance): string | null {
    const silentMs = this.#ports.watchAgeMs(this.ref.namespace);
    if (silentMs > this.#ports.config().guard.staleAfter) {
      return `the API server was not heard of for ${Math.round(silentMs / 1000)} s`;
    }
    const loadTest = this.#underWay?.weight ? this.#hooks.loadTest() : null;
    // What was counted while it was disturbed, or since, is not the canary's alone.
    const wasDisturbed = this.#wasDisturbed;
    this.#wasDisturbed = disturbed !== null;
    if (measure?.kind !== 'counted') return blindnessOf(measure);
    if (loadTest?.kind === 'failed') return `the load test has failed: ${loadTest.why}`;
    if (disturbed !== null || wasDisturbed) return disturbed ?? 'a disturbance has just ended';
    try {
      const { pods = [] } = this.#underWay?.canary ?? {};
      const restarts = pods.reduce((sum, pod) => sum + pod.restarts, 0);
      trial.take(measure, { nowMs: this.#nowMs(), weight: this.#underWay?.weight ?? 0, restarts });
      return null;
    } catch (error) {
      return `what was counted cannot be used: ${toErrorInfo(error).message}`;
    }
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

  /** Something that does not come forward is told of, once. */
  #watchProgress(): void {
    const nowMs = this.#nowMs();
    const why = this.#underWay === null ? null : this.#standstill();
    if (why === null) {
      this.#stuckSinceMs = null;
      this.#chronicle.unstuck();
      return;
    }
    this.#stuckSinceMs ??= nowMs;
    if (nowMs - this.#stuckSinceMs >= STUCK_AFTER_MS) this.#chronicle.stuck(why);
  }

  #standstill(): string | null {
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
