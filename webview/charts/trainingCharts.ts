import { type Algorithm, formatCount, formatScore } from '../../agent/protocol';
import type { TrainingFrame } from './frame';
import type { ColourName } from './palette';
import type { ChartSpec, PanelSpec, SeriesSpec } from './spec';

type Spec = ChartSpec<TrainingFrame>;

const [THOUSAND, MILLION] = [1e3, 1e6];

const series = (
  name: string,
  label: string,
  colour: ColourName,
  part: Partial<SeriesSpec<TrainingFrame>> = {},
): SeriesSpec<TrainingFrame> => ({
  label,
  values: ({ columns }) => columns.metric(name),
  colour,
  line: 'plain',
  sparse: true,
  format: formatScore,
  ...part,
});

/** A small chart of one metric. */
const small = (
  name: string,
  title: string,
  label: string,
  colour: ColourName,
  part: Partial<Spec> = {},
): Spec => ({
  title,
  weight: 14,
  series: [series(name, label, colour, part.formatTick ? { format: part.formatTick } : {})],
  range: around,
  formatTick: formatScore,
  ...part,
});

const percent = (value: number) => `${formatScore(value * 100)} %`;
const shareRange = (): [number, number] => [0, 1];
const fromZero = (_min: number | null, max: number | null): [number, number] => [0, (max || 1) * 1.15];

const RETURN: Spec = {
  title: 'Return per episode',
  weight: 34,
  series: [
    series('rollout/ep_rew_mean', 'while learning', 'return'),
    series('eval/mean_reward', 'on validation episodes', 'validation', { line: 'dots' }),
  ],
  limits: ({ baseline }) => (baseline ? [{ value: baseline.mean, name: baseline.name }] : []),
  range: around,
  formatTick: formatScore,
};
const LEARNING_RATE = small('train/learning_rate', 'Learning rate', 'Adam', 'pace', { range: fromZero });
const SPEED = small('time/fps', 'Speed', 'steps/s', 'pace', { range: fromZero, formatTick: formatCount });
const LOSS = small('train/loss', 'Loss', 'Huber', 'loss', { range: fromZero });
const TD_ERROR = small('train/td_error', 'TD error', 'mean size', 'loss', { range: fromZero });
const EXPLORATION = small('rollout/exploration_rate', 'Exploration', 'ε', 'exploration', {
  range: shareRange,
  formatTick: percent,
});
const Q_VALUE = small('train/q_mean', 'Q-value', 'mean', 'quality');

/** The charts of a training by each algorithm. */
export const TRAINING_PANELS: Record<Algorithm, PanelSpec<TrainingFrame>> = {
  ppo: panel([
    [RETURN],
    [
      small('train/policy_gradient_loss', 'Policy loss', 'surrogate', 'loss'),
      small('train/value_loss', 'Value loss', 'squared error', 'loss', { range: fromZero }),
    ],
    [
      small('train/entropy_loss', 'Entropy', 'nats', 'exploration', {
        series: [
          series('train/entropy_loss', 'nats', 'exploration', {
            values: ({ columns }) => columns.metric('train/entropy_loss').map((loss) => loss && -loss),
          }),
        ],
        range: fromZero,
      }),
      small('train/clip_fraction', 'Clipped', 'of the ratios', 'exploration', {
        range: fromZero,
        formatTick: percent,
      }),
    ],
    [
      small('train/approx_kl', 'KL divergence', 'per update', 'quality', { range: fromZero }),
      small('train/explained_variance', 'Explained variance', 'of the returns', 'quality', {
        range: (min) => [Math.max(-1, Math.min(0, min ?? 0)), 1],
      }),
    ],
    [LEARNING_RATE, SPEED],
  ]),
  dqn: panel([[RETURN], [LOSS, TD_ERROR], [EXPLORATION, Q_VALUE], [LEARNING_RATE, SPEED]]),
  hybrid: panel([
    [RETURN],
    [LOSS, TD_ERROR],
    [EXPLORATION, Q_VALUE],
    [small('hybrid/objective', 'Outer objective', 'of the last segment', 'return'), SPEED],
  ]),
};

function panel(rows: PanelSpec<TrainingFrame>['rows']): PanelSpec<TrainingFrame> {
  return { rows, axis: { isTime: false, marginPixels: 18, labels: stepLabels } };
}

/** Around all values and the limit, with a margin. */
function around(min: number | null, max: number | null, limit: number | null): [number, number] {
  const known = [min, max, limit].filter((value) => value !== null);
  if (known.length === 0) return [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const margin = (high - low || Math.abs(high) || 1) * 0.12;
  return [low - margin, high + margin];
}

/** `250 k` or `1.5 M`; the first one says of what. */
function stepLabels(values: readonly number[]): string[] {
  return values.map((value) => {
    if (value === 0) return '0 steps';
    return value >= MILLION ? `${formatScore(value / MILLION)} M` : `${formatScore(value / THOUSAND)} k`;
  });
}
