import { describe, expect, it } from 'vitest';
import { aBad, anArm, aRecord, aResult, QUIET_BUGGY, SILENT } from '../testing/records';
import { canaryCsv } from './csv';
import { canaryHtml } from './html';
import { canaryMarkdown } from './markdown';
import { cellTable, comparisonTable, levelTable, scenarioTable, targetsTable } from './tables';

const none = aRecord({ cell: SILENT, bad: null, verdict: 'undecided', minutes: 120 });
const releases = (harmSeconds: number) => [
  aRecord(),
  aBad({ harmSeconds }),
  aBad({ cell: QUIET_BUGGY, minutes: 40, harmSeconds }),
  none,
];
const ARMS = [
  anArm('hold', [aRecord({ verdict: 'undecided', minutes: 120 })], { role: 'comparison', verdict: 'policy' }),
  anArm('flagger', [aRecord({ verdict: 'rolled-back' }), aBad({ verdict: 'promoted' })], {
    verdict: 'policy',
  }),
  anArm('tests-fast', releases(12)),
  anArm('evidence-steps', releases(9)),
  anArm('ppo', releases(6), { title: '<b>ppo|x</b>', role: 'learned' }),
];
const RESULT = aResult(ARMS);

describe('the tables', () => {
  it('compare the arms', () => {
    const { headings, rows } = comparisonTable(RESULT);
    const column = (name: string) => rows.map((row) => row[headings.indexOf(name)]);
    expect(column('false promotions')?.slice(1, 3)).toEqual(['100.0 % [29.2…100.0]', '0.0 % [0.0…45.9]']);
    expect(column('false rollbacks')?.[1]).toBe('100.0 % [29.2…100.0]');
    expect(column('undecided: healthy / bad')?.[0]).toBe('100.0 / – %');
    expect(column('rolled back after, min: median / p90')?.[2]).toBe('22 / 40');
    expect(column('harm ÷ fast tests, fixed steps')?.slice(2)).toEqual([
      '1',
      '0.75 [0.75…0.75]',
      '0.50 [0.50…0.50]',
    ]);
  });

  it('have every arm at every level, and what is promoted without proof', () => {
    const { rows } = levelTable(RESULT);
    expect(rows).toHaveLength(5 * ARMS.length);
    const quiet = rows.find(([level, arm]) => level === '< 1 rps' && arm === 'tests-fast');
    expect(quiet?.[8]).toBe('40.0');
    const silent = rows.find(([level, arm]) => level === 'none' && arm === 'tests-fast');
    expect(silent?.[2]).toBe('0.0 % [0.0…70.8] unproved');
  });

  it('have every scenario that was played', () => {
    const { rows, headings } = scenarioTable(RESULT);
    expect(rows.map(([scenario]) => scenario)).toEqual(['healthy', 'buggy', 'no-traffic']);
    expect(headings).toHaveLength(1 + ARMS.length);
    expect(rows[1]?.[2]).toBe('FP 100.0 · U 0.0');
    expect(rows[2]?.[3]).toBe('–');
  });

  it('have every cell for the pace by default and for fixed steps', () => {
    const { headings, rows } = cellTable(RESULT);
    expect(headings.slice(2)).toEqual([
      expect.stringMatching(/^tests-fast: /),
      expect.stringMatching(/^<b>ppo\|x<\/b>: /),
    ]);
    expect(rows[1]).toEqual([
      'buggy',
      '≥ 20 rps',
      '0 · 0 · 0 of 0 healthy, 3 bad · 4 / 4',
      '0 · 0 · 0 of 0 healthy, 3 bad · 4 / 4',
    ]);
  });

  it('hold each arm that people release by to the targets', () => {
    const { headings, rows } = targetsTable(RESULT);
    expect(headings.slice(2)).toEqual(['flagger', 'tests-fast', 'evidence-steps', '<b>ppo|x</b>']);
    const exposure = rows.at(-1);
    expect(exposure?.slice(1)).toEqual([
      '≤ 0.70 ×',
      '–',
      '–',
      'missed: 0.75 [0.75…0.75] ×',
      'met: 0.50 [0.50…0.50] ×',
    ]);
    const prompt = rows.find(([text]) => text?.startsWith('≥ 20 rps: errors'));
    expect(prompt?.[3]).toBe('met?: 100.0 [29.2…100.0] %');
  });
});

describe('the Markdown', () => {
  const text = canaryMarkdown(RESULT);

  it('begins with what follows, and then has every table', () => {
    expect(text).toMatch(/^# How well Coxswain releases\n\n5 arms released the same 12 simulated versions: /);
    expect(text).toContain('Fewer than 10 seeds');
    expect(text).toContain('\\|x</b> should set the pace'.replace('\\', ''));
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      'The arms compared',
      'The targets',
      'By level of traffic',
      'Scenario by scenario',
      'Scenario by scenario at each level of traffic',
      'The arms',
    ]);
  });
});

describe('the CSV', () => {
  it('has a line for each release and arm', () => {
    const lines = canaryCsv(ARMS).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^arm,run,block,scenario,traffic,seed,bad,verdict,minutes,harm_active,/);
    expect(lines).toHaveLength(1 + 3 * (1 + 2 + 4 + 4 + 4));
    expect(lines[1]).toBe('hold,0,0,healthy,20-and-more,1,false,undecided,120,false,,0,10000,0,0');
    expect(lines.find((line) => line.startsWith('ppo,0,0,no-traffic'))).toMatch(/,none,1,,undecided,/);
  });
});

describe('the page', () => {
  const page = canaryHtml(RESULT);

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
