import type { EvidenceState } from '../../../protocol';
import type { ReleaseEvidenceFacts } from '../../../safety/releaseDraft';
import type { ReleaseSettings } from './releaseSettings';
import { ReleaseTrial } from './releaseTrial';
import type { UnderWay } from './underWay';

/** A release that was begun longer ago than this was not begun under this agent's eyes. */
export const JUST_BEGUN_MS = 60_000;

/** What is gathered about one release: the evidence of the one under way, and of the last one until the next begins. */
export class Gathering {
  #trial: ReleaseTrial | null = null;
  /** See `UnderWay.pair`; the last that was seen of this release. */
  #pair: string | null = null;
  #last: EvidenceState | null = null;
  /** Where this agent has found a release under way: since when its evidence counts. */
  #sinceRestartMs: number | null = null;
  /** The first release that is seen may have been begun before this agent. */
  #mayBeOld = true;
  readonly #wasUnderWay: boolean;

  /** @param wasUnderWay as the journal has it, a release was when the agent before this one ended */
  constructor(wasUnderWay: boolean) {
    this.#wasUnderWay = wasUnderWay;
  }

  get trial(): ReleaseTrial | null {
    return this.#trial;
  }

  /** When the agent was started anew, where evidence is missing for that; else null. */
  get sinceRestartMs(): number | null {
    return this.#trial === null ? null : this.#sinceRestartMs;
  }

  /** Another release, or none. */
  begin(underWay: UnderWay | null, nowMs: number): void {
    this.#last = underWay === null ? (this.#trial?.state(nowMs) ?? null) : null;
    this.#pair = null;
    this.drop();
  }

  /** No release is under way: whatever comes is begun under this agent's eyes. */
  rest(): void {
    this.#mayBeOld = false;
  }

  /** What was gathered is of no use any more: it begins anew. */
  drop(): void {
    this.#trial = null;
    this.#sinceRestartMs = null;
  }

  /**
   * @param settings null where nothing is to be gathered
   * @returns whether somebody has put something else in the place of a version, so that the evidence begins anew
   */
  see(underWay: UnderWay, settings: ReleaseSettings | null, nowMs: number): boolean {
    const isOther = this.#isOtherPair(underWay);
    if (isOther) this.drop();
    if (settings !== null) this.#trial ??= this.#begun(underWay, settings, nowMs);
    // Nor is it that of the time before a restart any more.
    if (this.#trial?.countsCopies(underWay.copies !== null, nowMs)) this.#sinceRestartMs = null;
    if (underWay.weight !== null) this.#trial?.weightIs(underWay.weight, nowMs, underWay.atWeightSinceMs);
    return isOther;
  }

  facts(nowMs: number): ReleaseEvidenceFacts | null {
    return this.#trial?.facts(nowMs) ?? null;
  }

  /** As it is shown: of the last release while none is under way. */
  state(nowMs: number): EvidenceState | null {
    return this.#trial?.state(nowMs) ?? this.#last;
  }

  #begun(underWay: UnderWay, settings: ReleaseSettings, nowMs: number): ReleaseTrial {
    const { startedAtMs, baseline, trial, copies } = underWay;
    const isOld = startedAtMs === null ? this.#wasUnderWay : nowMs - startedAtMs > JUST_BEGUN_MS;
    this.#sinceRestartMs = this.#mayBeOld && isOld ? nowMs : null;
    this.#mayBeOld = false;
    const begun = { startedAtMs: startedAtMs ?? nowMs, nowMs, hasBaseline: baseline !== null };
    return new ReleaseTrial(trial, { ...begun, isOfCopies: copies !== null }, settings);
  }

  #isOtherPair({ pair }: UnderWay): boolean {
    if (pair === null) return false;
    const before = this.#pair;
    this.#pair = pair;
    return before !== null && before !== pair;
  }
}
