import { expect, it, vi } from 'vitest';
import type { AgentSnapshot } from '../../agent/protocol';
import { exampleScaling, exampleScalingPoint } from '../../test/support/protocolExamples';
import { CHECKOUT, SNAPSHOT, workload } from '../model/testData';
import { ScalingFrameMaker } from './scalingFrames';

// Charts are described here, not drawn.
vi.mock('uplot', () => ({ default: class {} }));

const STEP_MS = 15_000;
const NOW_MS = 10 * STEP_MS;
const WORKLOAD = workload();
const SCALING = exampleScaling();
const UI = { scalingMinutes: 15, selectedId: null } as const;
const points = [0, 1, 2].map((step) => exampleScalingPoint(step * STEP_MS));
const snapshot: AgentSnapshot = { ...SNAPSHOT, scalingPoints: { [CHECKOUT]: points } };

function maker() {
  return new ScalingFrameMaker(
    () => NOW_MS,
    () => {},
  );
}

it('a frame reaches from now into the past, and has what the workload was told of', () => {
  const frame = maker().make(snapshot, WORKLOAD, SCALING, UI, 'USD', 0);
  expect(frame.xRange).toEqual([NOW_MS - 15 * 60_000, NOW_MS]);
  expect(frame.columns.replicas).toEqual([3, 3, 3]);
  expect(frame.currency).toBe('USD');
});

it('stays the same until something in it, or the second, is another', () => {
  const frames = maker();
  const first = frames.make(snapshot, WORKLOAD, SCALING, UI, '', 0);
  expect(frames.make({ ...snapshot, errors: [] }, WORKLOAD, SCALING, UI, '', 0)).toBe(first);
  const next = frames.make(snapshot, WORKLOAD, SCALING, UI, '', 1);
  expect(next).not.toBe(first);
  expect(next.columns).toBe(first.columns);
});

it('has the same charts as long as the reward has the same addends, and one line for each', () => {
  const frames = maker();
  const panelOf = (shown: AgentSnapshot) => frames.panel(frames.make(shown, WORKLOAD, SCALING, UI, '', 0));
  const panel = panelOf(snapshot);
  const more = { [CHECKOUT]: [...points, exampleScalingPoint(3 * STEP_MS)] };
  expect(panelOf({ ...snapshot, scalingPoints: more })).toBe(panel);
  const seed = { [CHECKOUT]: [exampleScalingPoint(0, { rewardTerms: { latency: -0.4 } })] };
  const labels = panelOf({ ...snapshot, scalingPoints: seed })
    .rows.flat()
    .find(({ title }) => title === 'Reward')
    ?.series.map(({ label }) => label);
  expect(labels).toEqual(['total', 'latency']);
});

it('has charts also where nothing is known yet', () => {
  const frames = maker();
  const frame = frames.make(SNAPSHOT, WORKLOAD, SCALING, UI, '', 0);
  expect(frame.xs).toEqual([]);
  for (const chart of frames.panel(frame).rows.flat()) {
    const [low, high] = chart.range(null, null, null);
    expect(low, chart.title).toBeLessThan(high);
    for (const series of chart.series) expect(series.values(frame)).toEqual([]);
  }
});
