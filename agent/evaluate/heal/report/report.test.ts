import { describe, expect, it } from 'vitest';
import { barChart } from '../../report/barChart';
import { frontierChart, reliabilityChart } from '../../report/pointCharts';
import { escapeText, ticksTo } from '../../report/svg';
import { markdownTable } from '../../report/table';
import type { HealResult } from '../healResult';
import { anArm, aRecord, aResult } from '../testing/records';
import { healCsv } from './csv';
import { healHtml } from './html';
import { healMarkdown } from './markdown';
import { comparisonTable, faultTable, reliabilityTable, targetsTable } from './tables';

const RESULT = aResult({
  'do-nothing': { role: 'comparison', records: [aRecord('delay', { recoverySeconds: 200 }), aRecord(null)] },
  'runbook-tuned': {
    role: 'rule',
    records: [aRecord('delay', { recoverySeconds: 50, violatedShare: 0.02 }), aRecord(null)],
  },
  '<b>ppo|x</b>': {
    role: 'learned',
    records: [
      aRecord('delay', { recoverySeconds: 100, replicaHours: 1.2 }),
      aRecord(null, { actions: 1, harmfulActions: 1, harmfulUnreverted: 1 }),
    ],
  },
});
const withReliability: HealResult = {
  ...RESULT,
  arms: RESULT.arms.map((arm) =>
    arm.role === 'learned'
      ? {
          ...arm,
          reliability: {
            bins: [{ from: 0.9, to: 1, count: 4, confidence: 0.95, helped: 0.75 }],
            count: 4,
            error: 0.2,
          },
        }
      : arm,
  ),
};

describe('the tables', () => {
  it('compare the arms, and mark those that bought their recovery with capacity', () => {
    const { headings, rows } = comparisonTable(RESULT);
    const column = (name: string) => rows.map((row) => row[headings.indexOf(name)]);
    expect(column('MTTR, s')).toEqual(['200 [200…200]', '50 [50…50]', '100 [100…100]']);
    expect(column('÷ do nothing')).toEqual(['1', '0.25 [0.25…0.25]', '0.50 [0.50…0.50]']);
    expect(column('÷ tuned runbook')).toEqual(['4.00 [4.00…4.00]', '1', '2.00 [2.00…2.00]']);
    // Nobody has met a dependency.
    expect(column('acted: no fault / dependency')).toEqual(['0.0 % / –', '0.0 % / –', '100.0 % / –']);
    expect(column('harmful (standing)')[2]).toBe('50.0 % [50.0…50.0] (2)');
    expect(column('replica-hours')).toEqual(['1.000', '1.000', '1.100, too many']);
  });

  it('show only the faults that were met', () => {
    expect(faultTable(RESULT).rows).toEqual([
      ['delay', 'an action', '2 (2)', '200 [200…200]', '50 [50…50]', '100 [100…100]'],
    ]);
  });

  it('hold each arm that can steer to the targets', () => {
    const { headings, rows } = targetsTable(RESULT);
    expect(headings.slice(2)).toEqual(['runbook-tuned', '<b>ppo|x</b>']);
    expect(rows[0]?.slice(1)).toEqual(['≤ 0.45 ×', 'met: 0.25 [0.25…0.25] ×', 'missed: 0.50 [0.50…0.50] ×']);
    expect(rows.find(([text]) => text?.startsWith('dependency'))?.slice(2)).toEqual(['–', '–']);
  });

  it('have the confidence of arms that tell one', () => {
    expect(withReliability.arms.map((arm) => reliabilityTable(arm)?.rows ?? null)).toEqual([
      null,
      null,
      [['90…100 %', '4', '95.0 %', '75.0 %']],
    ]);
  });
});

describe('the Markdown report', () => {
  it('says which arm should steer, and has every table', () => {
    const text = healMarkdown(withReliability);
    expect(text).toContain('**Runbook-tuned comes out best in simulation');
    expect(text).toContain('Fewer than 10 seeds');
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      'The arms compared',
      'The targets',
      'Single episodes',
      'MTTR by kind of fault',
      'Unneeded / harmful actions by kind of fault',
      'Confidence of <b>ppo|x</b>',
      'The arms',
    ]);
  });

  it('keeps a bar within its cell', () => {
    expect(markdownTable({ title: '', note: '', headings: ['a', 'b'], rows: [['x|y', '1']] })).toBe(
      '| a | b |\n|---|---|\n| x\\|y | 1 |',
    );
  });
});

describe('the CSV', () => {
  it('has a line for each episode and arm, with empty cells for what is not known', () => {
    const nothing = anArm('do-nothing', [[aRecord('delay', { seed: 7 }), aRecord(null, { seed: 8 })]]);
    const runbook = anArm('runbook-tuned', [
      [
        aRecord('delay', { seed: 7, recoverySeconds: 12.5, helpedSeconds: 3, actions: 1 }),
        aRecord(null, { seed: 8 }),
      ],
    ]);
    expect(healCsv([nothing, { ...runbook, name: 'runbook-tuned' }]).split('\r\n')).toEqual([
      'arm,run,block,seed,impactful,fault,remedy,detected_seconds,helped_seconds,recovery_seconds,recovered,within_slo,actions,unneeded_actions,harmful_actions,harmful_unreverted,replica_hours_ratio',
      'do-nothing,0,0,7,true,delay,agent,10,,100,true,0.9,0,0,0,0,1',
      'do-nothing,0,0,8,false,none,none,,,,,1,0,0,0,0,1',
      'runbook-tuned,0,0,7,true,delay,agent,10,3,12.5,true,0.9,1,0,0,0,1',
      'runbook-tuned,0,0,8,false,none,none,,,,,1,0,0,0,0,1',
      '',
    ]);
  });

  it('quotes a name with a comma or a quotation mark', () => {
    const arms = ['do-nothing', 'runbook-tuned', 'a,"b"'].map((name) => anArm(name, [[aRecord(null)]]));
    expect(healCsv(arms)).toContain('\r\n"a,""b""",0,0,1,');
  });
});

describe('the page', () => {
  const page = healHtml(withReliability);

  it('needs nothing from anywhere, and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\son\w+=|\sstyle=/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('follows the reader’s colours', () => {
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    // A chart has no colours of its own.
    const charts = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(charts.length).toBe(5);
    expect(charts.join('')).not.toMatch(/#[0-9a-f]{3,6}|rgb\(|fill=|stroke=/);
  });

  it('has a title for every chart and every table, and a scope for every heading', () => {
    for (const chart of page.match(/<svg[\s\S]*?<\/svg>/g) ?? []) {
      expect(chart).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+"><title>[^<]+<\/title>/);
    }
    const tables = page.match(/<div class="table"[^>]*>/g) ?? [];
    expect(tables).toHaveLength(7);
    for (const table of tables) expect(table).toMatch(/role="region" aria-label="[^"]+"/);
    expect(page).not.toMatch(/<th>/);
  });

  it('shows names as they are, whatever is in them', () => {
    expect(page).not.toContain('<b>ppo');
    expect(page).toContain('&lt;b&gt;ppo|x&lt;/b&gt;');
    expect(escapeText(`<a "b" & 'c'>`)).toBe(`&lt;a &quot;b&quot; &amp; 'c'&gt;`);
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, end, name = '', rest = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
      if (end) expect(open.pop()).toBe(name);
      else if (!rest.endsWith('/') && name !== 'meta') open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe('a chart', () => {
  const format = (value: number) => String(value);

  it('draws bars to scale, with their intervals', () => {
    const chart = barChart({
      title: 't',
      groups: [
        {
          heading: null,
          bars: [
            { label: 'a', value: { mean: 50, low: 40, high: 100 }, className: 'rule' },
            { label: 'b', value: { mean: 25, low: 20, high: 30 }, className: 'learned' },
            { label: 'c', value: null, className: 'bound' },
          ],
        },
      ],
      format,
    });
    // 100 is 400 wide.
    expect([...chart.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width))).toEqual([
      200, 100,
    ]);
    expect(chart).toContain('>–</text>');
  });

  it('marks the ends of an axis with round numbers', () => {
    expect(ticksTo(169)).toEqual([0, 50, 100, 150, 200]);
    expect(ticksTo(1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(ticksTo(0)).toEqual([0, 1]);
  });

  it('puts a policy that is as sure as it is right on the diagonal', () => {
    const chart = reliabilityChart('t', {
      bins: [{ from: 0.5, to: 0.6, count: 9, confidence: 0.5, helped: 0.5 }],
      count: 9,
    });
    const [, cx, cy] = /<circle cx="([\d.]+)" cy="([\d.]+)"/.exec(chart) ?? [];
    const [, x1, y1, x2, y2] =
      /x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)" class="limit"/.exec(chart) ?? [];
    expect(Number(cx)).toBeCloseTo((Number(x1) + Number(x2)) / 2, 1);
    expect(Number(cy)).toBeCloseTo((Number(y1) + Number(y2)) / 2, 1);
  });

  it('keeps an arm that is far too dear at the edge, with its cost', () => {
    const quality = { mean: 0.95, low: 0.94, high: 0.96 };
    const chart = frontierChart(
      't',
      [
        { label: 'cheap', className: 'rule', quality, cost: 1.01 },
        { label: 'dear', className: 'comparison', quality, cost: 1.5 },
      ],
      1.02,
    );
    expect(chart).toContain('>dear, at 1.50 →</text>');
    expect(chart).toContain('>cheap</text>');
    expect(chart).not.toMatch(/NaN|Infinity/);
  });
});
