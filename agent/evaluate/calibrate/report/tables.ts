import type { Calibration, FrontierPoint } from '../../../protocol';
import type { ReportTable } from '../../report/table';

type Arm = Calibration['arms'][number];

export function calibrationTitle({ title }: Calibration): string {
  return `Calibration of ${title}`;
}

/** What was replayed, and how much of it tuned and judged. */
export function designText({ source, tookSeconds }: Calibration): string {
  return `${source.text}. The first ${hours(source.tunedOnHours)} tuned, the other ${hours(source.judgedOnHours)} judged. It took ${tookSeconds.toFixed(0)} s.`;
}

/** One row for each arm at the price that was asked for. */
export function armTable(calibration: Calibration): ReportTable {
  const { arms, recommendation } = calibration;
  const at = (arm: Arm) => pointAt(arm, recommendation.violationPrice);
  return {
    title: `The arms at a price of ${recommendation.violationPrice}`,
    headings: [
      'arm',
      'J(W), pods',
      'requests violated',
      'pods',
      'cost per hour',
      'actions per hour',
      'settings',
    ],
    rows: arms.map((arm) => {
      const point = at(arm);
      return [arm.title, ...(point ? figures(point) : []), settingsAt(arm, recommendation.violationPrice)];
    }),
    note:
      'J(W) is mean pods + W × violated load in pods + 0.5 per scaling action, the less the better. ' +
      'Interquartile means over paired seeds with 95 % stratified bootstrap intervals. Coxswain’s own arms are kept to ' +
      'the pace of its guard. The clairvoyant bound knows the load to come, and cannot be run.',
  };
}

/** One row for each arm and price. */
export function frontierTable({ arms }: Calibration): ReportTable {
  return {
    title: 'The frontier',
    headings: ['arm', 'W', 'J(W), pods', 'requests violated', 'pods', 'cost per hour', 'actions per hour'],
    rows: arms.flatMap((arm) =>
      arm.points.map((point) => [arm.title, String(point.violationPrice), ...figures(point)]),
    ),
    note: 'W is what a violated request costs: serving one pod’s load too late costs as much as W pods.',
  };
}

/** The settings that were found, by price. */
export function settingsTable({ arms }: Calibration): ReportTable {
  return {
    title: 'Tuned settings',
    headings: ['arm', 'W', 'settings'],
    rows: arms.flatMap((arm) =>
      arm.settings.length === arm.points.length
        ? arm.points.map((point, index) => [
            arm.title,
            String(point.violationPrice),
            arm.settings[index] ?? '',
          ])
        : [],
    ),
    note: 'Found by Bayesian optimisation on the first part of the load, with the same budget for each.',
  };
}

export function fitTable({ fit }: Calibration): ReportTable {
  return {
    title: 'The simulator',
    headings: ['parameter', 'value', 'unit', 'from'],
    rows: fit.parameters.map(({ name, value, unit, basis }) => [name, number(value), unit, basis]),
    note: fit.text,
  };
}

/** Null for a trace: nothing was measured that could be compared. */
export function errorTable({ fit }: Calibration): ReportTable | null {
  if (fit.errors.length === 0) return null;
  return {
    title: 'Error of the fit',
    headings: ['compared', 'error', 'unit'],
    rows: fit.errors.map(({ name, value, unit }) => [name, number(value), unit]),
    note: 'The recorded load was replayed with the recorded replicas, and compared with what was measured.',
  };
}

export function pointAt({ points }: Arm, violationPrice: number): FrontierPoint | undefined {
  return points.find((point) => point.violationPrice === violationPrice);
}

function settingsAt({ points, settings }: Arm, price: number): string {
  const index = points.findIndex(({ violationPrice }) => violationPrice === price);
  return settings[settings.length === points.length ? index : 0] ?? '';
}

function figures({
  objectiveCost,
  violatedShare,
  meanPods,
  costPerHour,
  actionsPerHour,
}: FrontierPoint): string[] {
  return [
    spread(objectiveCost, (value) => value.toFixed(2)),
    `${spread(violatedShare, (share) => (100 * share).toFixed(2))} %`,
    spread(meanPods, (value) => value.toFixed(2)),
    costPerHour === null ? '–' : number(costPerHour),
    actionsPerHour.toFixed(1),
  ];
}

function spread({ mean, low, high }: FrontierPoint['meanPods'], format: (value: number) => string): string {
  return `${format(mean)} [${format(low)}…${format(high)}]`;
}

function number(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}

function hours(value: number): string {
  if (value < 2) return `${Math.round(60 * value)} min`;
  return value < 48 ? `${value.toFixed(1)} h` : `${(value / 24).toFixed(1)} days`;
}
