import type { Interval } from '../../../rl/policy/policyModel';
import type { ReportTable } from '../../report/table';
import { targetTable } from '../../report/targetTable';
import type { HealArmResult, HealResult } from '../healResult';
import { DO_NOTHING_ARM, REFERENCE_ARM } from '../summariseHeal';
import { MOST_REPLICA_HOURS, targetsOf } from '../targets';
import { judgeHeal } from '../verdict';

/** The columns of the comparison: how soon an arm recovers, what that costs, and what it does that nobody needs. */
const COMPARISON: Readonly<Record<string, (arm: HealArmResult) => string>> = {
  arm: ({ title }) => title,
  'MTTR, s': (arm) => seconds(arm.impactful),
  '÷ do nothing': (arm) => (arm.name === DO_NOTHING_ARM ? '1' : ratio(arm.toDoNothing)),
  '÷ tuned runbook': (arm) => (arm.name === REFERENCE_ARM ? '1' : ratio(arm.toRunbook)),
  'only time heals, s': (arm) => seconds(arm.timeOnly),
  'requests within SLO': (arm) => percent(arm.withinSlo, 2),
  'acted: no fault / dependency': (arm) =>
    `${percentOnly(arm.actedWithoutFault)} / ${percentOnly(arm.actedOnDependency)}`,
  'harmful (standing)': (arm) => `${percent(arm.harmful, 1)} (${arm.harmfulUnreverted})`,
  'replica-hours': ({ replicaHours: { mean } }) =>
    mean.toFixed(3) + (mean > MOST_REPLICA_HOURS ? ', too many' : ''),
};

export function comparisonTable({ arms }: HealResult): ReportTable {
  return {
    title: 'The arms compared',
    headings: Object.keys(COMPARISON),
    rows: arms.map((arm) => Object.values(COMPARISON).map((column) => column(arm))),
    note:
      'MTTR is of impactful faults that an agent can fix: those in which doing nothing takes more than 30 s. ' +
      'In brackets 95 % intervals. Acted: share of episodes with any action at all where none was needed. ' +
      'Harmful: share of episodes with an action that made things worse, and how many of these actions were never ' +
      `taken back. Arms with replica-hours above ${MOST_REPLICA_HOURS.toFixed(2)} bought their recovery with capacity.`,
  };
}

/** One row for each arm: the course of single episodes. */
export function episodesTable({ arms }: HealResult): ReportTable {
  return {
    title: 'Single episodes',
    headings: [
      'arm',
      'MTTR of all fixable faults, s',
      'impactful: median / p95, s',
      'not recovered at the end',
      'detected after: median / p95, s',
      'first helpful action after: median / p95, s',
      'sooner than doing nothing',
      'sooner than the tuned runbook',
      'actions per episode',
      'with an unneeded action',
    ],
    rows: arms.map((arm) => [
      arm.title,
      seconds(arm.fixable),
      spread(arm.impactfulSpread),
      String(arm.unrecovered),
      spread(arm.detected),
      spread(arm.helped),
      arm.name === DO_NOTHING_ARM ? '–' : percent(arm.soonerThanDoNothing),
      arm.name === REFERENCE_ARM ? '–' : percent(arm.soonerThanRunbook),
      arm.actionsPerEpisode.toFixed(2),
      percent(arm.unneeded, 1),
    ]),
    note:
      'Times are from the fault’s onset. Detected: the first look at which the workload did not look healthy. ' +
      'Sooner: the probability of it in an impactful episode; equal times count half. ' +
      'A workload that had not recovered at an episode’s end counts as if it had just then.',
  };
}

/** One row for each kind of fault, a column for each arm. */
export function faultTable({ arms, episodes }: HealResult): ReportTable {
  return {
    title: 'MTTR by kind of fault',
    headings: ['fault', 'what heals it', 'episodes (impactful)', ...arms.map(({ title }) => `${title}, s`)],
    rows: episodes
      .filter(({ fault, count }) => fault !== null && count > 0)
      .map(({ fault, remedy, count, impactful }) => [
        fault ?? '',
        remedy === 'agent' ? 'an action' : 'only time',
        `${count} (${impactful})`,
        ...arms.map((arm) => seconds(arm.faults.find((own) => own.fault === fault)?.recovery ?? null)),
      ]),
    note: 'Over all episodes of the kind, also those in which it did no harm.',
  };
}

/** One row for each kind of fault, and one without: the share of episodes with an unneeded and a harmful action. */
export function needlessTable({ arms, episodes }: HealResult): ReportTable {
  return {
    title: 'Unneeded / harmful actions by kind of fault',
    headings: ['fault', ...arms.map(({ title }) => title)],
    rows: episodes
      .filter(({ count }) => count > 0)
      .map(({ fault }) => [
        fault ?? 'none',
        ...arms.map((arm) => {
          const own = arm.faults.find((figures) => figures.fault === fault);
          return `${percentOnly(own?.unneeded ?? null)} / ${percentOnly(own?.harmful ?? null)}`;
        }),
      ]),
    note: 'Shares of the episodes of the kind, by the judgement of the simulation on each action.',
  };
}

/** One row for each target, a column for each arm that can steer. */
export function targetsTable(result: HealResult): ReportTable {
  return targetTable(targetsOf(result.detection), judgeHeal(result).arms);
}

/** One row for each bin of a policy's confidence; null for an arm that tells none. */
export function reliabilityTable({ title, reliability }: HealArmResult): ReportTable | null {
  if (reliability === null) return null;
  const error = reliability.error === null ? '–' : reliability.error.toFixed(3);
  return {
    title: `Confidence of ${title}`,
    headings: ['confidence', 'actions', 'mean confidence', 'share that helped'],
    rows: reliability.bins
      .filter(({ count }) => count > 0)
      .map(({ from, to, count, confidence, helped }) => [
        `${(100 * from).toFixed(0)}…${(100 * to).toFixed(0)} %`,
        String(count),
        `${(100 * (confidence ?? 0)).toFixed(1)} %`,
        `${(100 * (helped ?? 0)).toFixed(1)} %`,
      ]),
    note: `Over ${reliability.count} actions that were carried out; expected calibration error ${error}.`,
  };
}

function seconds(value: Interval | null): string {
  if (value === null) return '–';
  return `${value.mean.toFixed(0)} [${value.low.toFixed(0)}…${value.high.toFixed(0)}]`;
}

function ratio(value: Interval | null): string {
  if (value === null) return '–';
  return `${value.mean.toFixed(2)} [${value.low.toFixed(2)}…${value.high.toFixed(2)}]`;
}

function percent(value: Interval | null, places = 0): string {
  if (value === null) return '–';
  const number = (share: number) => (100 * share).toFixed(places);
  return `${number(value.mean)} % [${number(value.low)}…${number(value.high)}]`;
}

function percentOnly(value: Interval | null): string {
  return value === null ? '–' : `${(100 * value.mean).toFixed(1)} %`;
}

function spread(value: HealArmResult['detected']): string {
  return value === null ? '–' : `${value.median.toFixed(0)} / ${value.p95.toFixed(0)}`;
}
