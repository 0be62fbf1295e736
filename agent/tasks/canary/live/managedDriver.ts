import type { ManagedRelease, ReleaseNote } from '../../../cluster/releases';
import { isCoxswainError, type ReleaseOperation, toErrorInfo } from '../../../protocol';
import type { ReleaseDraft, ReleaseEvidenceFacts } from '../../../safety/releaseDraft';
import { type NextStep, nextChange } from '../managed/nextChange';
import type { ReleasePorts } from './releasePorts';

type Ports = Pick<ReleasePorts, 'clock' | 'config' | 'gate'>;

/** Cluster time. After a write the watches may take a moment to show it; what was refused is tried again after it. */
const SHOWN_AFTER_MS = 10_000;

/**
 * Goes on with a release that Coxswain moves, change by change, as its note says: whoever finds the note does, so that
 * an agent that has died half-way leaves nothing half-done. Which change is next is told by what is seen alone.
 */
export class ManagedDriver {
  readonly #ports: Ports;
  #isBusy = false;
  #state: Exclude<NextStep, { kind: 'change' }> = { kind: 'done' };
  #sinceMs = 0;
  /** What was sent or refused last, and until when it is not sent again. */
  #last: { write: string; untilMs: number } | null = null;
  #problem: string | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Why it does not go on, in words; null where it does. */
  get stuck(): Extract<NextStep, { kind: 'stuck' }> | null {
    return this.#state.kind === 'stuck' ? this.#state : null;
  }

  /** What it waits for; null where it does not. */
  get waiting(): string | null {
    return this.#state.kind === 'wait' ? this.#state.why : null;
  }

  /** Since when it has been as it is. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Why the next change could not be made, in words; null where it could. */
  get problem(): string | null {
    return this.#problem;
  }

  forget(): void {
    this.#state = { kind: 'done' };
    this.#last = null;
    this.#problem = null;
  }

  /** Makes the next change, if there is one. Never rejects. @returns whether something was sent */
  async drive(
    release: ManagedRelease,
    evidence: ReleaseEvidenceFacts | null,
    policy: ReleaseDraft['policy'],
  ): Promise<boolean> {
    const { note } = release;
    if (this.#isBusy || note === null || note === 'broken') return false;
    const nowMs = this.#ports.clock.nowMs();
    const step = nextChange(release, { nowMs, config: this.#ports.config() });
    if (step.kind !== 'change') {
      this.#settle(step, nowMs);
      return false;
    }
    this.#settle({ kind: 'wait', why: step.text }, nowMs);
    const write = JSON.stringify(step.change.write);
    if (this.#last !== null && this.#last.write === write && nowMs < this.#last.untilMs) return false;
    this.#isBusy = true;
    try {
      await this.#ports.gate.stepRelease(draftOf(release, note, step, evidence, policy));
      this.#problem = null;
      return true;
    } catch (error) {
      this.#problem = problemOf(error);
      return false;
    } finally {
      this.#last = { write, untilMs: this.#ports.clock.nowMs() + SHOWN_AFTER_MS };
      this.#isBusy = false;
    }
  }

  #settle(state: Exclude<NextStep, { kind: 'change' }>, nowMs: number): void {
    const isSame = state.kind === this.#state.kind && whyOf(state) === whyOf(this.#state);
    if (!isSame) this.#sinceMs = nowMs;
    this.#state = state;
    if (state.kind !== 'wait') this.#problem = null;
  }
}

function whyOf(state: Exclude<NextStep, { kind: 'change' }>): string {
  return state.kind === 'done' ? '' : state.why;
}

/** Somebody has changed the object since it was seen: the next sight tells what to do. */
function problemOf(error: unknown): string | null {
  if (isCoxswainError(error) && error.code === 'conflict') return null;
  return toErrorInfo(error).message;
}

function draftOf(
  { ref }: ManagedRelease,
  note: ReleaseNote,
  { change, text }: Extract<NextStep, { kind: 'change' }>,
  evidence: ReleaseEvidenceFacts | null,
  policy: ReleaseDraft['policy'],
): ReleaseDraft {
  const operation = operationOf(note);
  return {
    release: ref,
    policy,
    operation,
    decision: {
      action: { kind: 'release', operation },
      reason: text,
      confidence: 1,
      alternatives: [],
      contributions: [],
    },
    plan: { changes: [change], before: '', after: '', promise: text },
    evidence,
    orderedBy: null,
  };
}

/** What was agreed to, of which this is a part. */
function operationOf({ goal, images }: ReleaseNote): ReleaseOperation {
  switch (goal) {
    case 'progress':
      return { kind: 'start', images: images.map(({ container, image }) => ({ container, image })) };
    case 'promote':
      return { kind: 'promote' };
    case 'roll-back':
      return { kind: 'rollback' };
  }
}
