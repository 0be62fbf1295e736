import { expect, it, vi } from 'vitest';
import type { AgentSnapshot } from '../../agent/protocol';
import { exampleRelease, exampleReleasePoint } from '../../test/support/protocolExamples';
import { CHECKOUT, journal, SNAPSHOT } from '../model/testData';
import { RELEASE_PANEL } from './releaseCharts';
import { ReleaseFrameMaker } from './releaseFrames';

// Charts are described here, not drawn.
vi.mock('uplot', () => ({ default: class {} }));

const STEP_MS = 30_000;
const NOW_MS = 20 * STEP_MS;
const RELEASE = exampleRelease();
const UI = { scalingMinutes: 60, selectedId: null } as const;
const points = [0, 1, 2].map((step) => exampleReleasePoint(step * STEP_MS));
const snapshot: AgentSnapshot = { ...SNAPSHOT, releasePoints: { [CHECKOUT]: points } };
const CHARTS = RELEASE_PANEL.rows.flat();

function maker() {
  return new ReleaseFrameMaker(
    () => NOW_MS,
    () => {},
  );
}

const chartOf = (title: string) => {
  const chart = CHARTS.find((one) => one.title === title);
  if (!chart) throw new Error(`no chart ${title}`);
  return chart;
};

it('a frame reaches from now into the past, with both versions beside each other', () => {
  const frame = maker().make(snapshot, RELEASE, UI, 0);
  expect(frame.xRange).toEqual([NOW_MS - 3_600_000, NOW_MS]);
  const errors = chartOf('Errors').series.map(({ label, values }) => [label, values(frame)[0]]);
  expect(errors).toEqual([
    ['stable', 0.5],
    ['canary', expect.closeTo(0.7)],
  ]);
  expect(chartOf('Weight of the canary').note?.(frame, 1)).toBe('hold');
});

it('the evidence has its bars as lines that say what is above them', () => {
  const frame = maker().make(snapshot, RELEASE, UI, 0);
  const chart = chartOf('Evidence of errors');
  expect(chart.limits?.(frame).map(({ name, value, nameAt }) => [name, value, nameAt])).toEqual([
    ['roll back above', 1.3, 'left'],
    ['promote above', 1.3, 'right'],
  ]);
  const [low, high] = chart.range(-3, 0.5, 1.3);
  expect(low).toBeLessThan(-3);
  expect(high).toBeGreaterThan(1.3);
});

it('keeps the bars that the curves were held to when the release has ended', () => {
  const frames = maker();
  const { evidence } = frames.make(snapshot, RELEASE, UI, 0);
  const ended = exampleRelease({ phase: 'failed', evidence: null });
  expect(frames.make(snapshot, ended, UI, 1).evidence).toBe(evidence);
});

it('time without decisions is a gap, and so is a version without requests', () => {
  const silent = { ...exampleReleasePoint(0).canary, errorShare: null };
  const late = exampleReleasePoint(19 * STEP_MS, { canary: silent, evidence: null });
  const shown = { ...snapshot, releasePoints: { [CHECKOUT]: [...points, late] } };
  const { columns } = maker().make(shown, RELEASE, UI, 0);
  expect(columns.weight).toEqual([10, 10, 10, null, 10]);
  expect(columns.canary.errorPercent.at(-1)).toBeNull();
  expect(columns.errorHarm.at(-1)).toBeNull();
});

it('stays the same until something in it, or the second, is another', () => {
  const frames = maker();
  const first = frames.make(snapshot, RELEASE, UI, 0);
  expect(frames.make({ ...snapshot, errors: [] }, RELEASE, UI, 0)).toBe(first);
  const next = frames.make(snapshot, RELEASE, UI, 1);
  expect(next).not.toBe(first);
  expect(next.columns).toBe(first.columns);
});

it('has the rows of its own release as marks', () => {
  const started = {
    kind: 'release',
    what: 'started',
    text: 'begun',
    weight: 0,
    by: 'ada',
  } as const;
  const activity = journal(
    [0, { ...started, workloadId: CHECKOUT }],
    [1, { ...started, workloadId: 'shop/Deployment/cart' }],
  );
  const { marks } = maker().make({ ...snapshot, activity }, RELEASE, UI, 0);
  expect(marks.bars.map(({ lane, text }) => [lane, text])).toEqual([['release', 'begun, by ada']]);
});

it('has charts also where nothing is known yet', () => {
  const frame = maker().make(SNAPSHOT, exampleRelease({ evidence: null }), UI, 0);
  for (const chart of CHARTS) {
    const [low, high] = chart.range(null, null, null);
    expect(low, chart.title).toBeLessThan(high);
    for (const series of chart.series) expect(series.values(frame)).toEqual([]);
    expect(chart.limits?.(frame) ?? []).toEqual([]);
  }
});
