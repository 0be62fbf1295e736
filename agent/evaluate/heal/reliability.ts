import type { JudgedAction } from './episodeRecord';

/** Actions of which the policy was about as sure. */
export interface ReliabilityBin {
  /** Of confidences, [from, to); the last holds 1 too. */
  from: number;
  to: number;
  count: number;
  /** Means over them; null without any. */
  confidence: number | null;
  helped: number | null;
}

/** How far a policy's confidence in its actions is what it says: the share of them that help. */
export interface Reliability {
  bins: readonly ReliabilityBin[];
  count: number;
  /**
   * Expected calibration error (Guo et al. 2017, arXiv:1706.04599): the mean over actions of the distance between mean
   * confidence and share helped in their bin; null without an action.
   */
  error: number | null;
}

const BINS = 10;

export function reliabilityOf(actions: readonly JudgedAction[]): Reliability {
  const bins = Array.from({ length: BINS }, (_, index) => binOf(actions, index));
  const distance = bins.reduce(
    (sum, { count, confidence, helped }) => sum + count * Math.abs((confidence ?? 0) - (helped ?? 0)),
    0,
  );
  return { bins, count: actions.length, error: actions.length === 0 ? null : distance / actions.length };
}

function binOf(actions: readonly JudgedAction[], index: number): ReliabilityBin {
  const inside = actions.filter(
    ([confidence]) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === index,
  );
  const mean = (of: (action: JudgedAction) => number) =>
    inside.length === 0 ? null : inside.reduce((sum, action) => sum + of(action), 0) / inside.length;
  return {
    from: index / BINS,
    to: (index + 1) / BINS,
    count: inside.length,
    confidence: mean(([confidence]) => confidence),
    helped: mean(([, helped]) => (helped ? 1 : 0)),
  };
}
