import { describe, expect, it } from 'vitest';
import { exampleExplanation } from '../../test/support/chaosExamples';
import {
  chartTexts,
  contributionChart,
  distributionText,
  formatInput,
  inputName,
  rankedActions,
} from './explanation';

const near = (value: number) => Number(value.toFixed(6));

describe('the contributions', () => {
  it('lead from the baseline to the output, strongest first, with what the policy saw', () => {
    const { bars, sum } = contributionChart(exampleExplanation());
    expect(bars.map(({ name, text, sign, input }) => [name, text, sign, input])).toEqual([
      ['latency p95', '+0.42', 'for', '341 ms'],
      ['errors', '+0.20', 'for', '0.4 %'],
      ['restarts', '−0.06', 'against', '0'],
    ]);
    expect(bars.map(({ from, to }) => [near(from), near(to)])).toEqual([
      [0.31, 0.73],
      [0.73, 0.93],
      [0.93, 0.87],
    ]);
    expect(sum).toEqual({ baseline: 0.31, output: 0.87 });
  });

  it('account for what was not sent', () => {
    const { bars } = contributionChart(
      exampleExplanation({ contributions: [{ name: 'errors', value: 0.2 }] }),
    );
    expect(bars.map(({ name, text }) => [name, text])).toEqual([
      ['errors', '+0.20'],
      ['all others', '+0.36'],
    ]);
    expect(near(bars.at(-1)?.to ?? 0)).toBe(0.87);
  });

  it('of a rule begin at zero each, and add up to nothing', () => {
    const { bars, sum } = contributionChart(
      exampleExplanation({ method: 'evidence', baseline: null, output: null }),
    );
    expect(bars.map(({ from }) => from)).toEqual([0, 0, 0]);
    expect(sum).toBeNull();
  });

  it('fit into the view, also where there are none', () => {
    const { bars, domain } = contributionChart(exampleExplanation());
    for (const { from, to } of bars) {
      expect(Math.min(from, to)).toBeGreaterThan(domain[0]);
      expect(Math.max(from, to)).toBeLessThan(domain[1]);
    }
    const none = contributionChart(exampleExplanation({ method: 'evidence', contributions: [] }));
    expect(none.domain[0]).toBeLessThan(none.domain[1]);
  });
});

it('the action that was taken comes before those that were not', () => {
  expect(rankedActions(exampleExplanation()).map(({ text, chosen }) => [text, chosen])).toEqual([
    ['Restart pod checkout-a', true],
    ['Scale up', false],
    ['Do nothing', false],
  ]);
});

it.each([
  [null, null, false],
  [0.4, 0.2, false],
  [1, 0.5, false],
  [1.3, 0.65, true],
  [9, 1, true],
])('an observation at %s is at %s of the gauge, outside: %s', (value, share, isOutside) => {
  expect(distributionText(value)).toMatchObject({ share, isOutside });
});

it('inputs have three digits and their unit', () => {
  const texts = [
    formatInput(341.27, 'ms'),
    formatInput(0.123_456, ''),
    formatInput(-2, '/s'),
    formatInput(1234.5, 'rps'),
  ];
  expect(texts).toEqual(['341 ms', '0.123', '−2 /s', '1235 rps']);
});

it('inputs that the policy saw scaled are said as they were', () => {
  const texts = [
    formatInput(0.3, 'pods ÷ 10'),
    formatInput(0.0871, 'seconds ÷ 300'),
    formatInput(0.1, 'pods ÷ 10'),
    formatInput(0.831, 'share of limit'),
    formatInput(0.147, 'p95 in seconds'),
    formatInput(0.6, 'share of requests × 3'),
  ];
  expect(texts).toEqual([
    ...['3 pods', '26.1 seconds', '1 pod', '83.1 % of limit', '147 ms p95', '20 % of requests'],
  ]);
});

it.each([
  ['avg_cpu', 'average CPU'],
  ['time_since_failure', 'time since failure'],
  ['latency of the workload', 'latency of the workload'],
  ['loadPerReadyPod', 'load per ready pod'],
  ['loadChange15s', 'load change 15s'],
  ['latencyP95', 'latency p95'],
  ['hpaSuggestion', 'HPA suggestion'],
  ['CPU, memory and load', 'CPU, memory and load'],
])('the input %s is called %s', (name, called) => {
  expect(inputName(name)).toBe(called);
});

it.each([
  ['heal/9', 'shapley', /^Exact .+ of the action,/, 'Baseline: the workload when it is well'],
  ['heal/9', 'evidence', /^Evidence of the rule/, 'Baseline: the workload when it is well'],
  ['scale/36', 'shapley', /^Exact .+ of the direction/, 'Baseline: as many pods under an even load of 70 %'],
  ['scale/36', 'evidence', /^What the rule saw/, 'Baseline: as many pods under an even load of 70 %'],
] as const)('the chart of %s by %s says what it is about', (observationSpec, method, caption, baseline) => {
  const texts = chartTexts(exampleExplanation({ observationSpec, method }));
  expect(texts.caption).toMatch(caption);
  expect(texts.baseline).toBe(baseline);
});
