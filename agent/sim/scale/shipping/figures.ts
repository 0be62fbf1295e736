import { costAt } from '../sloCost';
import type { EpisodeInfo } from './playEpisodes';

/** Prices at which a policy is judged. */
export const CARD_PRICES: readonly number[] = [5, 20, 80];

/** What an arm did over episodes that the tuned HPA has played too, at one price of a violation. */
export interface ScaleFigures {
  violationPrice: number;
  episodes: number;
  /** Mean over episodes of the logarithm of J ÷ the tuned HPA’s, as a factor: each episode weighs alike. */
  toHpa: number;
  /** Of the requests. */
  violatedShare: number;
  meanPods: number;
  actionsPerHour: number;
  hpaActionsPerHour: number;
}

/** @param hpa what the tuned HPA did, episode by episode the same ones */
export function figuresOf(
  infos: readonly EpisodeInfo[],
  hpa: readonly EpisodeInfo[],
  violationPrice: number,
): ScaleFigures {
  const mean = (all: readonly EpisodeInfo[], of: (info: EpisodeInfo) => number) =>
    all.reduce((sum, info) => sum + of(info), 0) / Math.max(1, all.length);
  const told = (name: string) => (info: EpisodeInfo) => info[name] ?? 0;
  const logRatios = infos.map((info, index) =>
    Math.log(costAt(info, violationPrice) / costAt(hpa[index] ?? {}, violationPrice)),
  );
  const violated = mean(infos, (info) => told('violatedShare')(info) * told('meanLoad')(info));
  return {
    violationPrice,
    episodes: infos.length,
    toHpa: Math.exp(logRatios.reduce((sum, value) => sum + value, 0) / Math.max(1, logRatios.length)),
    violatedShare: violated / Math.max(1e-9, mean(infos, told('meanLoad'))),
    meanPods: mean(infos, told('meanPods')),
    actionsPerHour: mean(infos, told('actionsPerHour')),
    hpaActionsPerHour: mean(hpa, told('actionsPerHour')),
  };
}

/** Of several prices: the geometric mean of the ratios to the tuned HPA. */
export function meanRatio(figures: readonly ScaleFigures[]): number {
  const sum = figures.reduce((total, { toHpa }) => total + Math.log(toHpa), 0);
  return Math.exp(sum / Math.max(1, figures.length));
}

/** How often it acts over the tuned HPA, at all those prices together. */
export function actionRatio(figures: readonly ScaleFigures[]): number {
  const sum = (of: (each: ScaleFigures) => number) => figures.reduce((total, each) => total + of(each), 0);
  return (
    sum((each) => each.actionsPerHour) /
    Math.max(
      1e-9,
      sum((each) => each.hpaActionsPerHour),
    )
  );
}
