import type { EpisodeInfo } from './playReleases';

/** What an arm did with some releases. Shares are 0…1 of good or of bad ones with traffic to judge by, times minutes. */
export interface CanaryFigures {
  releases: number;
  /** Of the bad ones. */
  falsePromotion: number;
  undecidedBad: number;
  /** Mean; see `ReleaseTally.harmSeconds`. */
  harmSeconds: number;
  medianRollBackMinutes: number;
  /** Of the good ones. */
  falseRollback: number;
  undecidedGood: number;
  medianPromoteMinutes: number;
  /** Changes of the weight per release. */
  changes: number;
}

export function figuresOf(infos: readonly EpisodeInfo[]): CanaryFigures {
  const judged = infos.filter((info) => info.provable === 1);
  const bad = judged.filter((info) => info.bad === 1);
  const good = judged.filter((info) => info.bad === 0);
  const mean = (all: readonly EpisodeInfo[], name: string) =>
    all.reduce((sum, info) => sum + (info[name] ?? 0), 0) / Math.max(1, all.length);
  const median = (all: readonly EpisodeInfo[], end: string) => {
    const minutes = all.filter((info) => info[end] === 1).map((info) => info.minutes ?? 0);
    return minutes.toSorted((a, b) => a - b)[Math.floor(minutes.length / 2)] ?? 0;
  };
  return {
    releases: infos.length,
    falsePromotion: mean(bad, 'promoted'),
    undecidedBad: mean(bad, 'undecided'),
    harmSeconds: mean(bad, 'exposureHarmSeconds'),
    medianRollBackMinutes: median(bad, 'rolledBack'),
    falseRollback: mean(good, 'rolledBack'),
    undecidedGood: mean(good, 'undecided'),
    medianPromoteMinutes: median(good, 'promoted'),
    changes: mean(judged, 'weightChanges'),
  };
}
