import { formatSigned } from '../format';
import { formatMoney } from '../model/scalingSeries';
import { drawBands, drawLineNames, drawLines } from './drawMarks';
import { EventLane } from './eventLane';
import type { ScalingFrame } from './frame';
import { describeTerms, TIME } from './liveCharts';
import type { ColourName } from './palette';
import type { ChartSpec, PanelSpec, SeriesSpec } from './spec';

type Spec = ChartSpec<ScalingFrame>;
type Series = SeriesSpec<ScalingFrame>;

const count = (value: number) => String(Number(value.toFixed(1)));
const percent = (value: number) => `${value.toFixed(1)} %`;

/** Whole pods from zero. */
const PODS = {
  range: (_min: number | null, max: number | null): [number, number] => [0, (max ?? 1) + 1],
  formatTick: count,
  tickStep: 1,
};

const pods = (
  column: 'replicas' | 'readyReplicas' | 'demandPods' | 'hpaReplicas' | 'policyReplicas',
  label: string,
  colour: ColourName,
  line: Series['line'],
  stepped = true,
): Series => ({
  values: ({ columns }) => columns[column],
  label,
  colour,
  line,
  stepped,
  format: count,
});

const REPLICAS: Spec = {
  ...PODS,
  title: 'Replicas and demand',
  weight: 30,
  series: [
    pods('readyReplicas', 'ready', 'ready', 'main'),
    pods('replicas', 'wanted', 'wanted', 'dashed'),
    pods('demandPods', 'demand', 'demand', 'plain', false),
  ],
};

const WISHES: Spec = {
  ...PODS,
  title: 'Wishes',
  weight: 20,
  series: [pods('hpaReplicas', 'HPA', 'hpa', 'dashed'), pods('policyReplicas', 'policy', 'policy', 'plain')],
};

const COST: Spec = {
  title: 'Cost so far',
  weight: 18,
  series: [
    {
      values: ({ columns }) => columns.cost,
      label: 'paid',
      colour: 'cost',
      line: 'main',
      format: (value) => formatMoney(value, ''),
    },
    {
      values: ({ columns }) => columns.baselineCost,
      label: 'HPA',
      colour: 'baseline',
      line: 'dashed',
      format: (value) => formatMoney(value, ''),
    },
  ],
  range: (_min, max) => [0, (max || 1) * 1.15],
  formatTick: (value) => formatMoney(value, ''),
  note: ({ currency }) => currency,
};

const WITHIN_SLO: Spec = {
  title: 'Within SLO',
  weight: 16,
  series: [
    {
      values: ({ columns }) => columns.withinSloPercent,
      label: 'of the requests',
      colour: 'within',
      line: 'main',
      format: percent,
    },
  ],
  range: (min) => [Math.max(0, Math.min(95, (min ?? 100) - 2)), 100.5],
  formatTick: (value) => `${Number(value.toFixed(1))} %`,
};

/** The addends get these in the order of their first appearance; more of them are in the note alone. */
const TERM_STYLES: readonly Pick<Series, 'colour' | 'line'>[] = [
  { colour: 'cost', line: 'thin' },
  { colour: 'errors', line: 'thin' },
  { colour: 'cpu', line: 'dashed' },
  { colour: 'ready', line: 'dashed' },
];

/**
 * The charts of a workload's scaling.
 *
 * @param terms names of the reward's addends
 */
export function scalingPanel(terms: readonly string[]): PanelSpec<ScalingFrame> {
  const charts = [REPLICAS, WISHES, COST, WITHIN_SLO, reward(terms)];
  return {
    rows: charts.map((chart) => [chart]),
    axis: TIME,
    behind: drawBands,
    before: (plot, scene, chart) => {
      drawLines(plot, scene);
      if (chart === REPLICAS) drawLineNames(plot, scene);
    },
    lane: (host, scene) => new EventLane(host, scene, TIME),
  };
}

function reward(terms: readonly string[]): Spec {
  return {
    title: 'Reward',
    weight: 16,
    series: [
      {
        values: ({ columns }) => columns.reward,
        label: 'total',
        colour: 'reward',
        line: 'main',
        format: formatSigned,
      },
      ...terms.slice(0, TERM_STYLES.length).map(
        (name, index): Series => ({
          values: ({ columns }) => columns.terms.get(name) ?? [],
          label: name,
          colour: TERM_STYLES[index]?.colour ?? 'reward',
          line: TERM_STYLES[index]?.line ?? 'thin',
          format: formatSigned,
        }),
      ),
    ],
    range: (min, max) => {
      const [low, high] = [Math.min(0, min ?? 0), Math.max(0, max ?? 0)];
      const margin = (high - low || 1) * 0.1;
      return [low - margin, high + margin];
    },
    formatTick: (value) => String(Number(value.toFixed(2))).replace('-', '−'),
    note: ({ columns }, index) =>
      describeTerms(
        Object.fromEntries(
          terms.slice(TERM_STYLES.length).flatMap((name) => {
            const value = columns.terms.get(name)?.[index] ?? null;
            return value === null ? [] : [[name, value]];
          }),
        ),
      ),
  };
}
