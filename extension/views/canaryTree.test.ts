import { describe, expect, test } from 'vitest';
import type { ReleaseState } from '../../agent/protocol';
import {
  exampleAnalysis,
  exampleAnalysisMetric,
  exampleEvidence,
  exampleEvidenceSide,
  exampleIdleRelease,
  exampleRelease,
  NOW_MS,
} from '../../test/support/protocolExamples';
import { running } from '../testing';
import { metricTooltip } from './analysisNodes';
import { canaryTree, releaseContext, releasingCount } from './canaryTree';
import { spokenText, type TreeNode } from './treeNode';

function outline(nodes: readonly TreeNode[], indent = ''): string[] {
  return nodes.flatMap((node) => [
    `${indent}${[node.label, node.description].filter(Boolean).join(' | ')}`,
    ...outline(node.children(), `${indent}  `),
  ]);
}

const treeOf = (...releases: ReleaseState[]) => canaryTree(running({ releases }), NOW_MS);

function rowOf(part: Partial<ReleaseState> = {}): TreeNode {
  const [row] = treeOf(exampleRelease(part));
  if (!row) throw new Error('no release row');
  return row;
}

const childOf = (row: TreeNode, label: string) => row.children().find((node) => node.label === label);

test('a release says what its canary is compared with where that is not stable', () => {
  const baseline = {
    ...{ images: ['shop/checkout:1.4'], revision: 'checkout-baseline', pods: ['checkout-baseline-a'] },
    ...{ readyPods: 1, wantedPods: 1, weight: 10 },
  };
  const row = rowOf({ baseline, evidence: exampleEvidence({ comparedWith: 'baseline' }) });
  const lines = outline([row]);
  expect(lines).toContain('  Baseline | checkout:1.4, 1 of 1 pods ready · the canary is compared with it');
  expect(lines.join()).toContain('12 of 1680 (0.71 %) on the baseline');
  expect(childOf(rowOf(), 'Baseline')).toBeUndefined();
});

test('a release shows why it stands where it does, its evidence, steps, versions and analyses', () => {
  const release = exampleRelease({ evidence: exampleEvidence({ requests: 40, bakeUntilMs: null }) });
  expect(outline(treeOf(release))).toEqual([
    'checkout | ▰▱▱▱▱▱▱▱▱▱ 10 % · under way',
    '  Holds at 10 %: the evidence does not carry more yet.',
    '    Waits for | 60 more requests on the canary: there is no verdict before',
    '  Nothing is certain yet | fast · half the way to a promotion, nothing speaks for harm',
    '    Harm by errors | 1 : 2.5; roll back from 20 : 1 on',
    '    Harm by latency | 1 : 2.5; roll back from 20 : 1 on',
    '    Safety of errors | 4.5 : 1; promote from 20 : 1 on',
    '    Safety of latency | 4.5 : 1; promote from 20 : 1 on',
    '    Counted errors | 3 of 420 (0.71 %) failed on the canary, 12 of 1680 (0.71 %) on stable; at most 1.2 points more than stable',
    '    Counted latency | 25 of 420 (5.95 %) were slow on the canary, 100 of 1680 (5.95 %) on stable; at most 1.2 points more than stable',
    '    Canary requests | 40 of 100 before any verdict',
    '  Steps | step 2 of 3: set weight 10 %',
    '    1. set weight 5 % | done',
    '    2. set weight 10 % | now',
    '    3. set weight 25 %',
    '  Stable | checkout:1.4, 3 of 3 pods ready',
    '    checkout-a',
    '    checkout-b',
    '    checkout-c',
    '  Canary | checkout:1.5, 1 of 1 pods ready',
    '    checkout-canary-a',
    '  checkout-6c9-2 | background · Running',
    '    error-rate | 0.007 · Running',
    expect.stringMatching(/^ {6}[\d:]+ \| 0\.007 · Successful$/),
    expect.stringMatching(/^ {6}[\d:]+ \| 0\.004 · Successful$/),
  ]);
});

test('what is under way comes first, and what is not says which image runs', () => {
  const idle = exampleIdleRelease({
    id: 'shop/Rollout/api',
    ref: { kind: 'Rollout', namespace: 'shop', name: 'api' },
  });
  expect(treeOf(idle, exampleRelease()).map(({ label, description }) => [label, description])).toEqual([
    ['checkout', '▰▱▱▱▱▱▱▱▱▱ 10 % · under way'],
    ['api (Rollout)', 'no release under way · checkout:1.4'],
  ]);
  expect(releasingCount(running({ releases: [idle, exampleRelease()] }))).toBe(1);
});

test('the weight bar and the steps are read out in words', () => {
  const row = rowOf({ steering: 'shadow' });
  expect(spokenText(row)).toBe('checkout, 10 % of the traffic on the canary, under way, shadow');
  const [, second] = childOf(row, 'Steps')?.children() ?? [];
  expect(second && spokenText(second)).toBe('step 2, set weight 10 %, current step');
});

describe('the menus', () => {
  const shown = (context: string, operation: string) =>
    new RegExp(`^release\\b.*\\.${operation}(\\.|$)`).test(context);

  test('offer what the agent says can be done now, and nothing else', () => {
    const context = releaseContext(exampleRelease({ operations: ['rollback', 'promote-full', 'pause'] }));
    expect(
      ['rollback', 'promote', 'promote-full', 'pause', 'resume'].map((one) => shown(context, one)),
    ).toEqual([true, false, true, true, false]);
  });

  test('offer to copy a query only where there is one', () => {
    const metrics = [exampleAnalysisMetric(), exampleAnalysisMetric({ name: 'job', query: '' })];
    const row = rowOf({ analyses: [exampleAnalysis({ metrics })] });
    const [first, second] = childOf(row, 'checkout-6c9-2')?.children() ?? [];
    expect([first?.context, second?.context]).toEqual(['metric.query', 'metric']);
    expect(first?.target).toEqual({
      releaseId: 'shop/Deployment/checkout',
      analysis: 'checkout-6c9-2',
      metric: 'error-rate',
    });
  });
});

test('problems come first, with what to do', () => {
  const [first, second] = rowOf({
    problem: 'the weight was changed by somebody else: resume or abort',
    legacy: 'ingress-nginx is retired: use the Gateway API',
  }).children();
  expect([first?.label, second?.label]).toEqual([
    'the weight was changed by somebody else: resume or abort.',
    'ingress-nginx is retired: use the Gateway API.',
  ]);
});

test('a test that has reached its bar says so', () => {
  const errors = exampleEvidenceSide({ harm: { log10: 2.1, bar: 1.3 } });
  const evidence = exampleEvidence({ verdict: 'harm', errors, text: '30 of 420 failed on the canary' });
  const row = childOf(rowOf({ evidence, phase: 'rolling-back' }), 'The canary does harm');
  expect(row?.children()[0]).toMatchObject({
    description: '126 : 1; roll back from 20 : 1 on (reached)',
    icon: { id: 'error' },
  });
});

test('the tooltip of a metric has its resolved query and condition as code, whatever is in them', () => {
  const query = 'sum(rate(x{pod=~"a```b"}[1m]))';
  const text = metricTooltip(exampleAnalysisMetric({ name: 'a](b)', query, dryRun: true }));
  expect(text).toContain('**a\\]\\(b\\)** · Running · dry run: it decides nothing');
  expect(text).toContain(`\`\`\`\`promql\n${query}\n\`\`\`\``);
  expect(text).toContain('result[0] < 0.05');
});

test('nothing is shown, so that the welcome is, where no cluster is connected', () => {
  const state = running({ connection: { kind: 'disconnected' }, releases: [exampleRelease()] });
  expect(canaryTree(state, NOW_MS)).toEqual([]);
});
