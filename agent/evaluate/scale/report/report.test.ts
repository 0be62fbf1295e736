import { describe, expect, it } from 'vitest';
import { anArm, aResult, onBoth } from '../testing/records';
import { scaleCsv } from './csv';
import { costFrontierChart } from './frontierChart';
import { scaleHtml } from './html';
import { scaleMarkdown } from './markdown';
import { comparisonTable, figuresTable, reactionTable, targetsTable, workloadTable } from './tables';

const PRICES = [5, 20, 80];
const priced = (pods: readonly number[], violated: readonly number[]) =>
  PRICES.flatMap((violationPrice, index) =>
    onBoth({
      violationPrice,
      meanPods: pods[index] as number,
      violatedShare: violated[index] as number,
      actionsPerHour: 8,
      decisions: 10,
      sure: 9,
      changes: 2,
      sureChanges: 1,
    }),
  );

const ARMS = [
  anArm('do-nothing', onBoth({ violatedShare: 0.5 }), { role: 'comparison' }),
  anArm('hpa-tuned', priced([8, 10, 12], [0.08, 0.02, 0.005]), { title: 'tuned HPA' }),
  anArm('ppo', priced([7, 9, 11], [0.06, 0.01, 0.002]), { title: '<b>ppo|x</b>', role: 'learned' }),
  anArm('clairvoyant', priced([5, 6, 7], [0.01, 0.001, 0]), { role: 'bound' }),
];
const RESULT = aResult(ARMS);

describe('the tables', () => {
  it('compare the arms with the tuned HPA', () => {
    const { headings, rows } = comparisonTable(RESULT);
    const column = (name: string) => rows.map((row) => row[headings.indexOf(name)]);
    // (9 + 20 · 0.01 · 5 + 8/480) ÷ (10 + 20 · 0.02 · 5 + 8/480).
    expect(column('J ÷ tuned HPA, W = 20')?.slice(1, 3)).toEqual(['1', '0.83 [0.83…0.83]']);
    expect(column('better in')).toEqual(['0 % [0…46]', '–', '100 % [54…100]', '100 % [54…100]']);
    expect(column('worst load')?.[2]).toBe('0.83 calm');
    // 0.01 · √2 would be at 8.4 pods: the HPA pays 10 for 0.02.
    expect(column('cost saved at equal violations')?.[2]).toBe('18 % [18…18]');
    expect(column('actions ÷ tuned HPA')).toEqual(['0.00', '1.00', '1.00', '1.00']);
  });

  it('have the figures of every arm at every price', () => {
    const { rows } = figuresTable(RESULT);
    expect(rows).toHaveLength(12);
    expect(rows[7]?.slice(0, 3)).toEqual(['<b>ppo|x</b>', '20', '1.00 % [1.00…1.00]']);
    expect(rows[7]?.slice(5, 7)).toEqual(['216.0', '10.80']);
  });

  it('have a row for each load, and one for each arm that reacts', () => {
    expect(workloadTable(RESULT).rows.map(([name]) => name)).toEqual(['calm', 'wild']);
    const reactions = reactionTable(RESULT).rows;
    expect(reactions[2]).toEqual(['<b>ppo|x</b>', '75 / 89', '90 %', '50 %']);
  });

  it('hold each arm that can steer to the targets', () => {
    const { headings, rows } = targetsTable(RESULT);
    expect(headings.slice(2)).toEqual(['<b>ppo|x</b>']);
    expect(rows[0]?.slice(1)).toEqual(['≤ 0.93 ×', 'met: 0.83 [0.83…0.83] ×']);
  });
});

describe('the Markdown report', () => {
  it('says when learning pays and which arm should steer, and has every table', () => {
    const text = scaleMarkdown(RESULT);
    expect(text).toContain('**Learning pays against a tuned HPA on 2 of 2 loads at W = 20');
    expect(text).toContain('Fewer than 10 seeds');
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      'The arms compared',
      'The targets',
      'Load by load',
      'What they cost and how they serve',
      'Reaction and confidence',
      'The arms',
    ]);
  });
});

describe('the CSV', () => {
  it('has a line for each day and price, with J where the price is known', () => {
    const lines = scaleCsv(ARMS).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^arm,run,block,workload,seed,violation_price,objective_cost,mean_pods,/);
    // Two loads on three seeds: once, and three arms at three prices.
    expect(lines).toHaveLength(1 + 6 + 3 * 18);
    expect(lines[1]).toMatch(/^do-nothing,0,0,calm,0,,,10,5,0\.5,/);
    expect(lines[9]).toMatch(/^hpa-tuned,0,0,calm,0,20,12\.01/);
  });
});

describe('the page', () => {
  const page = scaleHtml(RESULT);

  it('needs nothing from anywhere, and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\son\w+=|\sstyle=/i);
  });

  it('has charts without colours of their own, each with a title', () => {
    const charts = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(charts).toHaveLength(3);
    for (const chart of charts) {
      expect(chart).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+"><title>[^<]+<\/title>/);
      expect(chart).not.toMatch(/#[0-9a-f]{3,6}|rgb\(|fill=|stroke=|NaN/);
    }
  });

  it('shows names as they are, whatever is in them', () => {
    expect(page).not.toContain('<b>ppo');
    expect(page).toContain('&lt;b&gt;ppo|x&lt;/b&gt;');
  });
});

describe('the chart of frontiers', () => {
  it('draws a line through the points of an arm, and its name beside it', () => {
    const chart = costFrontierChart('t', [
      {
        label: 'a',
        className: 'rule',
        points: [
          { violationPrice: 5, pods: 1, violated: 0.1 },
          { violationPrice: 20, pods: 2, violated: 0 },
        ],
      },
      { label: 'b', className: 'learned', points: [{ violationPrice: 20, pods: 1.5, violated: 0.01 }] },
    ]);
    expect(chart.match(/<path [^>]*class="line rule"/g)).toHaveLength(1);
    expect(chart).toContain('<title>a, W = 20</title>');
    expect(chart).toContain('>b</text>');
    expect(chart).not.toContain('NaN');
  });
});
