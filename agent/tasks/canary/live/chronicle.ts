import type { EvidenceVerdict, JournalEvent, WorkloadRef } from '../../../protocol';
import { workloadId } from '../../../protocol';
import { JUST_BEGUN_MS } from './gathering';
import type { PastRelease } from './pastRelease';
import { GOES_BACK, type ReleaseEnd } from './releaseEnd';
import type { ReleaseAlert, ReleasePorts } from './releasePorts';
import type { UnderWay } from './underWay';

type Ports = Pick<ReleasePorts, 'clock' | 'alert' | 'record'>;
type What = Extract<JournalEvent, { kind: 'release' }>['what'];

const US = 'Coxswain';

/** Tells the journal, and whoever wants to be alerted, what becomes of one release: each thing once. */
export class Chronicle {
  readonly #ref: WorkloadRef;
  readonly #ports: Ports;
  #before: UnderWay | null = null;
  #end: ReleaseEnd | null;
  #why: string | null;
  #held = '';
  #verdict: EvidenceVerdict = 'undecided';
  #told = new Set<string>();

  /** @param past what the agent before this one has told */
  constructor(ref: WorkloadRef, ports: Ports, past: Pick<PastRelease, 'end' | 'why'>) {
    this.#ref = ref;
    this.#ports = ports;
    this.#end = past.end;
    this.#why = past.why === '' ? null : past.why;
  }

  /** How the last one has ended; null while one is under way, and before the first. */
  get end(): ReleaseEnd | null {
    return this.#end;
  }

  /** @param outcome what its objects say of its end, where they do */
  see(now: UnderWay | null, outcome: ReleaseEnd | null): void {
    const before = this.#before;
    this.#before = now;
    if (now?.trial !== before?.trial) {
      if (before) this.#ended(before, outcome);
      if (now) this.#began(now);
      return;
    }
    if (!now || !before) return;
    if (now.weight !== before.weight && now.weight !== null) this.#moved(before.weight, now.weight);
    if (now.stage === 'rolling-back' && before.stage !== 'rolling-back') {
      const text = withWhy(GOES_BACK, this.#why);
      this.#tell('rolled-back', text, 'rolled-back');
    }
  }

  /** Why it is rolled back, where this agent knows. */
  because(why: string): void {
    this.#why = why;
  }

  /** Only where the reason is another one. */
  held(reason: string): void {
    if (reason === this.#held) return;
    this.#held = reason;
    this.#record('held', reason);
  }

  goesOn(): void {
    this.#held = '';
  }

  verdict(verdict: EvidenceVerdict, text: string): void {
    if (verdict === this.#verdict) return;
    this.#verdict = verdict;
    if (verdict !== 'undecided') this.#record('verdict', text);
  }

  /** A person has to decide. Once for each reason. */
  asked(text: string): void {
    this.#once(`asked ${text}`, () => this.#tell('alert', `a person is asked: ${text}`, 'asked'));
  }

  interfered(text: string): void {
    this.#once(`interfered ${text}`, () => this.#tell('interfered', text, 'interfered'));
  }

  /** It has not come forward for a long time. */
  stuck(text: string): void {
    this.#once('stuck', () => this.#tell('alert', `it does not go on: ${text}`, 'stuck'));
  }

  /** It goes on: the next time it gets stuck is told again. */
  unstuck(): void {
    this.#told.delete('stuck');
  }

  hook(text: string): void {
    this.#record('hook', text);
  }

  /** Once for each thing that has come of it, but for the numbers. */
  probed(text: string): void {
    this.#once(`probed ${text.replaceAll(/\d+/g, '')}`, () => this.#record('hook', `probe: ${text}`));
  }

  #began(now: UnderWay): void {
    this.#end = null;
    // What the agent before this one has said is why that one is rolled back, and no other.
    if (now.stage !== 'rolling-back') this.#why = null;
    this.#held = '';
    this.#verdict = 'undecided';
    this.#told = new Set();
    const images = now.images.join(', ');
    const nowMs = this.#ports.clock.nowMs();
    const isNew = now.startedAtMs === null || nowMs - now.startedAtMs <= JUST_BEGUN_MS;
    if (isNew) this.#tell('started', `release of ${images}`, 'started', now.by);
    else this.#record('started', `goes on with the release of ${images}; its evidence begins anew`, US);
  }

  #moved(from: number | null, to: number): void {
    this.#held = '';
    this.unstuck();
    this.#record('weight', from === null ? `${to} % of the traffic` : `${from} → ${to} % of the traffic`);
  }

  #ended(before: UnderWay, outcome: ReleaseEnd | null): void {
    const end = endOf(before, outcome, this.#why);
    this.#why = null;
    this.#end = end;
    if (end.how === 'ended' || before.stage === 'rolling-back') this.#record('ended', end.text);
    else this.#tell(end.how, end.text, end.how);
  }

  #tell(what: What, text: string, on: ReleaseAlert['on'], by = US): void {
    this.#record(what, text, by);
    this.#ports.alert({ on, release: this.#ref, text });
  }

  #record(what: What, text: string, by = US): void {
    const weight = this.#before?.weight ?? null;
    const row = { workloadId: workloadId(this.#ref), what, text: withoutStop(text), weight, by };
    this.#ports.record({ kind: 'release', ...row });
  }

  #once(key: string, tell: () => void): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    tell();
  }
}

function endOf(
  { stage, images: released }: UnderWay,
  outcome: ReleaseEnd | null,
  why: string | null,
): ReleaseEnd {
  if (outcome)
    return outcome.how === 'rolled-back' ? { ...outcome, text: withWhy(outcome.text, why) } : outcome;
  const images = released.join(', ');
  if (stage === 'promoting') return { how: 'promoted', text: `the stable version is ${images} now` };
  if (stage === 'rolling-back')
    return { how: 'rolled-back', text: withWhy(`the release of ${images} was rolled back`, why) };
  return { how: 'ended', text: 'it has ended without Coxswain' };
}

function withWhy(text: string, why: string | null): string {
  return why === null ? text : `${text}: ${withoutStop(why)}`;
}

/** What is said after it goes on: by whom, and the like. */
function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
