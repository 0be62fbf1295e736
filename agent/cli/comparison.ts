import { type ArmResult, comparePaired } from '../evaluate/evaluation';
import type { Interval } from '../rl/policy/policyModel';
import { formatNumber, formatPercent } from './numbers';
import { formatTable } from './output';

/** A policy (the first) beside its baselines on the same episodes, and in words what that says. */
export function formatComparison(results: readonly ArmResult[]): string {
  const [ours, ...baselines] = results;
  if (!ours) return '';
  const scores = results.map((result) => {
    if (result === ours) return [result.name, interval(result.score), '', ''];
    const { difference, better } = comparePaired(ours, result);
    return [result.name, interval(result.score), interval(difference), formatPercent(better)];
  });
  return [
    formatTable(['NAME', 'RETURN [95 %]', 'OURS MINUS THIS [95 %]', 'OURS BETTER IN'], scores),
    infoTable(results),
    verdict(ours, baselines),
  ].join('\n\n');
}

/** Says plainly where a baseline wins. */
export function verdict(ours: ArmResult, baselines: readonly ArmResult[]): string {
  const compared = baselines.map((baseline) => ({
    name: baseline.name,
    difference: comparePaired(ours, baseline).difference,
  }));
  const named = (matches: (difference: Interval) => boolean) =>
    compared
      .filter(({ difference }) => matches(difference))
      .map(({ name }) => name)
      .join(', ');
  const beaten = named(({ low }) => low > 0);
  const level = named(({ low, high }) => low <= 0 && high >= 0);
  const better = named(({ high }) => high < 0);
  return [
    beaten && `better than ${beaten}`,
    level && `not told apart from ${level}`,
    better && `worse than ${better}, which should be used instead`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** What the env tells of the episodes: one row for each number, so that many fit. */
function infoTable(results: readonly ArmResult[]): string {
  const names = [...new Set(results.flatMap(({ info }) => Object.keys(info)))];
  const rows = names
    .filter((name) => dependsOnPlayer(results, name))
    .map((name) => [name, ...results.map(({ info }) => formatNumber(info[name]))]);
  return formatTable(['MEAN PER EPISODE', ...results.map(({ name }) => name.toUpperCase())], rows);
}

/** What is the same for all of them in every episode, such as the number of its fault, describes the episode alone. */
function dependsOnPlayer([first, ...others]: readonly ArmResult[], name: string): boolean {
  return others.some(({ episodes }) =>
    episodes.some(({ info }, index) => info[name] !== first?.episodes[index]?.info[name]),
  );
}

export function interval({ mean, low, high }: Interval): string {
  return `${formatNumber(mean)} [${formatNumber(low)}…${formatNumber(high)}]`;
}
