import { expect, it, vi } from 'vitest';
import { Algorithm, type Training } from '../../agent/protocol';
import { METRICS } from '../../agent/training/logs/metricNames';
import { exampleModel, examplePoint, exampleTraining } from '../../test/support/protocolExamples';
import type { TrainingFrame } from './frame';
import { TRAINING_PANELS } from './trainingCharts';
import { TrainingFrameMaker } from './trainingFrames';

// Charts are described here, not drawn.
vi.mock('uplot', () => ({ default: class {} }));

const training = (part: Partial<Training> = {}): Training => ({ ...exampleTraining(), points: [], ...part });

it.each(Algorithm.options)('every metric that is drawn of %s is one that is logged', (algorithm) => {
  const drawn = new Set<string>();
  const metric = (name: string) => {
    drawn.add(name);
    return [];
  };
  const frame: TrainingFrame = { xs: [], xRange: [0, 1], columns: { steps: [], metric }, baseline: null };
  for (const chart of TRAINING_PANELS[algorithm].rows.flat()) {
    for (const { values } of chart.series) values(frame);
  }
  // The trainer's own look at the best policy, and what the hybrid adds.
  const logged = new Set([...METRICS.map(({ name }) => name), 'eval/mean_reward', 'hybrid/objective']);
  expect(drawn.size).toBeGreaterThan(6);
  expect([...drawn].filter((name) => !logged.has(name))).toEqual([]);
});

it('an axis has room for its values and its limit, and is one where nothing is known yet', () => {
  const [chart] = TRAINING_PANELS.ppo.rows.flat();
  expect(chart?.range(null, null, null)).toEqual([0, 1]);
  const [low, high] = chart?.range(-10, -5, 0) ?? [];
  expect([low, high]).toEqual([-11.2, expect.closeTo(1.2)]);
});

it('a frame reaches to the last step that is to come, and stays the same until something changes', () => {
  const frames = new TrainingFrameMaker();
  const running = training({ points: [examplePoint(50_000)] });
  const models = [exampleModel()];
  const first = frames.make(running, models);
  expect(first).toMatchObject({
    xs: [50_000],
    xRange: [0, 200_000],
    baseline: { name: 'runbook', mean: -13 },
  });
  expect(frames.make({ ...running, etaSeconds: 3 }, [...models])).toBe(first);
  const cancelled = { ...running, state: { kind: 'cancelled', version: null, text: '' } } as const;
  expect(frames.make(cancelled, models).xRange).toEqual([0, 50_000]);
});
