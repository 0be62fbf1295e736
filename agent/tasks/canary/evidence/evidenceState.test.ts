import { describe, expect, it } from 'vitest';
import { EvidenceState } from '../../../protocol';
import { type EvidenceMoment, evidenceState } from './evidenceState';
import { ReleaseEvidence } from './releaseEvidence';

const OPTIONS = { variant: 'fast', minRequests: 100, bakeSeconds: 2700 } as const;
const MOMENT: EvidenceMoment = {
  options: OPTIONS,
  comparedWith: 'stable',
  sinceMs: 0,
  nowMs: 3_600_000,
  startedAtMs: 0,
  weight: 0.5,
  timeIsUp: false,
};

/** So many intervals of 200 canary and 1800 stable requests, the last of them at an hour. */
function gathered(intervals: number, canaryErrors: number): ReleaseEvidence {
  const evidence = new ReleaseEvidence(OPTIONS);
  evidence.endInterval(1000, 0.5);
  for (let interval = 0; interval < intervals; interval++) {
    evidence.add({
      canaryRequests: 200,
      canaryErrors,
      canarySlow: 10,
      canaryVerySlow: 2,
      stableRequests: 1800,
      stableErrors: 2,
      stableSlow: 100,
    });
    evidence.endInterval(3600, 0.5);
  }
  return evidence;
}

describe('the state of the evidence', () => {
  it('is valid by the protocol, and has figures in its sentence', () => {
    const state = EvidenceState.parse(evidenceState(gathered(40, 0), MOMENT));
    expect(state).toMatchObject({ verdict: 'safe', requests: 8000, bakeUntilMs: null, mostWeight: 100 });
    expect(state.text).toMatch(
      /^Safe: evidence \d+ to 1, 20 to 1 needed of errors and of latency\. 0\.00 % of the/,
    );
  });

  it('names what is certain to be wrong', () => {
    const state = evidenceState(gathered(10, 30), MOMENT);
    expect(state.verdict).toBe('harm');
    expect(state.text).toMatch(
      /^Harm is certain by its errors: evidence over 1000 to 1, 20 to 1 needed\. 15\.0 %/,
    );
  });

  it('says whose requests the canary’s are compared with', () => {
    const { comparedWith, text } = evidenceState(gathered(10, 30), { ...MOMENT, comparedWith: 'baseline' });
    expect(comparedWith).toBe('baseline');
    expect(text).toContain("15.0 % of the canary's and 0.11 % of the same-age baseline's requests fail");
  });

  it('says what it waits for: requests, more evidence, or the bake', () => {
    const textOf = (evidence: ReleaseEvidence, moment: Partial<EvidenceMoment> = {}) =>
      evidenceState(evidence, { ...MOMENT, ...moment }).text;
    expect(textOf(new ReleaseEvidence(OPTIONS))).toBe('No verdict without requests.');
    const short = { options: { ...OPTIONS, minRequests: 500 } };
    expect(textOf(gathered(1, 0), short)).toMatch(
      /^No verdict before 500 requests; the canary has had 200\./,
    );
    expect(textOf(gathered(1, 0))).toMatch(/^Undecided: evidence of safety is .* to 1 of 20 to 1\./);
    const half = { options: { ...OPTIONS, promoteFromWeight: 0.5 }, weight: 0.25 };
    const calm = gathered(40, 0);
    calm.verdict = 'undecided';
    expect(textOf(calm, half)).toMatch(
      /^Undecided: nothing speaks for harm, a promotion asks for 50 % of the traffic\./,
    );
    const baking = new ReleaseEvidence({ ...OPTIONS, bakeSeconds: 7200 });
    const twoHours = { ...MOMENT, options: { ...OPTIONS, bakeSeconds: 7200 } };
    expect(evidenceState(baking, twoHours).bakeUntilMs).toBe(7_200_000);
  });

  it('of copies of requests shows harm, and never that it is safe nor a limited proof', () => {
    const copies = (canaryErrors: number) => {
      const evidence = gathered(40, canaryErrors);
      evidence.isOfCopies = true;
      evidence.endInterval(3600, 0.5);
      return evidenceState(evidence, { ...MOMENT, timeIsUp: true });
    };
    expect(copies(30).verdict).toBe('harm');
    expect(copies(0)).toMatchObject({ verdict: 'undecided', requests: 8000 });
    expect(copies(0).text).toMatch(
      /^Undecided: nothing speaks for harm in copies of requests, a promotion takes real ones\./,
    );
  });

  it('calls a proof limited only when the time is up', () => {
    const evidence = new ReleaseEvidence({ ...OPTIONS, bakeSeconds: 7200 });
    evidence.endInterval(1000, 0.5);
    for (let interval = 0; interval < 40; interval++) {
      const slow = { canarySlow: 10, canaryVerySlow: 2, stableSlow: 100 };
      evidence.add({ canaryRequests: 200, canaryErrors: 0, stableRequests: 1800, stableErrors: 2, ...slow });
      evidence.endInterval(3600, 0.5);
    }
    expect(evidenceState(evidence, MOMENT).verdict).toBe('undecided');
    const late = evidenceState(evidence, { ...MOMENT, timeIsUp: true });
    expect(late.verdict).toBe('limited');
    expect(late.text).toMatch(
      /^Limited proof: 8000 requests of the canary exclude more than 5 points of errors\./,
    );
  });
});
