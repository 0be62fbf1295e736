import { DEPENDENCY, FAULTS, NO_FAULT } from '../faults';
import type { EpisodeInfo } from './playEpisodes';

/** A fault counts as impactful where doing nothing takes longer, on the very same seed. */
const IMPACTFUL_SECONDS = 30;

/** What an arm did over episodes that doing nothing has played too. Shares are 0…1, times in seconds. */
export interface HealFigures {
  episodes: number;
  impactful: number;
  /** Mean recovery time of impactful faults that an agent can fix ÷ that of doing nothing. */
  ratio: number;
  /** Of all faults that an agent can fix. */
  medianSeconds: number;
  p95Seconds: number;
  /** Mean over faults that only time heals. */
  timeOnlySeconds: number;
  /** Episodes with any action: of those without a fault, and of those with a bad dependency. */
  actedWithoutFault: number;
  actedOnDependency: number;
  harmful: number;
  /** Actions, in all episodes. */
  harmfulUnreverted: number;
  /** Share of requests within the objectives. */
  availability: number;
  replicaHours: number;
}

/** @param nothing what doing nothing did, episode by episode the same ones */
export function figuresOf(infos: readonly EpisodeInfo[], nothing: readonly EpisodeInfo[]): HealFigures {
  const isImpactful = nothing.map((info) => isFixable(info) && told(info, 'mttrSeconds') > IMPACTFUL_SECONDS);
  const impactfulOf = (all: readonly EpisodeInfo[]) => all.filter((_, index) => isImpactful[index]);
  const recovery = (all: readonly EpisodeInfo[]) => all.map((info) => told(info, 'mttrSeconds'));
  const fixable = recovery(infos.filter(isFixable)).toSorted((a, b) => a - b);
  const impactful = impactfulOf(infos);
  const of = (fault: number) => infos.filter((info) => info.fault === fault);
  const mean = (all: readonly EpisodeInfo[], name: string) => meanOf(all.map((info) => told(info, name)));
  return {
    episodes: infos.length,
    impactful: impactful.length,
    ratio: meanOf(recovery(impactful)) / meanOf(recovery(impactfulOf(nothing))),
    medianSeconds: quantileOf(fixable, 0.5),
    p95Seconds: quantileOf(fixable, 0.95),
    timeOnlySeconds: meanOf(recovery(infos.filter((info) => info.fault !== NO_FAULT && !isFixable(info)))),
    actedWithoutFault: mean(of(NO_FAULT), 'acted'),
    actedOnDependency: mean(of(DEPENDENCY), 'acted'),
    harmful: mean(infos, 'harmful'),
    harmfulUnreverted: infos.reduce((sum, info) => sum + told(info, 'harmfulUnreverted'), 0),
    availability: mean(infos, 'availability'),
    replicaHours: mean(infos, 'replicaHoursRatio'),
  };
}

/** What is allowed (research/heal-evidence), with some room for what other episodes hold. */
const LIMITS = { actedWithoutFault: 0.015, actedOnDependency: 0.03, harmful: 0.025, replicaHours: 1.018 };

/** By how much figures miss what is allowed; 0 where they do not. */
export function excessOf(figures: HealFigures): number {
  return (Object.keys(LIMITS) as (keyof typeof LIMITS)[])
    .map((name) => Math.max(0, figures[name] - LIMITS[name]))
    .reduce((sum, excess) => sum + excess, 0);
}

function isFixable({ fault = NO_FAULT }: EpisodeInfo): boolean {
  return fault !== NO_FAULT && FAULTS[fault - 1]?.remedy !== 'time';
}

/** A fault that has not begun by the episode's end has cost no time. */
function told(info: EpisodeInfo, name: string): number {
  return info[name] ?? 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** @param sorted ascending */
function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
