import type { EvidenceSide, EvidenceState } from '../../../protocol';
import { evidenceText } from './evidenceText';
import type { EvidenceOptions, ReleaseEvidence } from './releaseEvidence';
import type { RequestTest } from './requestTest';

/** What is not in the evidence itself. */
export interface EvidenceMoment {
  options: EvidenceOptions;
  comparedWith: EvidenceState['comparedWith'];
  /** When the gathering began, and now. */
  sinceMs: number;
  nowMs: number;
  /** Of the release, from which its bake is reckoned. */
  startedAtMs: number;
  /** 0…1. */
  weight: number;
  /** The time limit is over, so that a limited proof suffices. */
  timeIsUp: boolean;
}

/** The evidence as the views show it, with what it says in words. */
export function evidenceState(evidence: ReleaseEvidence, moment: EvidenceMoment): EvidenceState {
  const { options, comparedWith, sinceMs, nowMs, startedAtMs, weight, timeIsUp } = moment;
  const bakeUntilMs = startedAtMs + options.bakeSeconds * 1000;
  const limited = evidence.verdict === 'undecided' && timeIsUp && evidence.limitedProof();
  const state = {
    comparedWith,
    variant: options.variant,
    verdict: limited ? ('limited' as const) : evidence.verdict,
    errors: sideState(evidence.errors, evidence.bars),
    latency: sideState(evidence.latency, evidence.bars),
    requests: evidence.requests,
    minRequests: options.minRequests,
    dispersion: evidence.dispersion,
    strata: evidence.strata,
    sinceMs,
    bakeUntilMs: bakeUntilMs > nowMs ? bakeUntilMs : null,
    mostWeight: evidence.mostWeight(weight) * 100,
  };
  const { promoteFromWeight = 0 } = options;
  const shortOf = weight < promoteFromWeight ? promoteFromWeight : null;
  const { isOfCopies } = evidence;
  return { ...state, text: evidenceText(state, { nowMs, shortOf, isOfCopies }) };
}

function sideState(test: RequestTest, bars: ReleaseEvidence['bars']): EvidenceSide {
  return {
    harm: { log10: test.harmLog10, bar: bars.harmLog10 },
    safety: { log10: test.safetyLog10, bar: bars.safetyLog10 },
    canary: { hits: test.canaryHits, requests: test.canaryRequests },
    stable: { hits: test.stableHits, requests: test.stableRequests },
    mostHarm: test.mostHarm,
  };
}
