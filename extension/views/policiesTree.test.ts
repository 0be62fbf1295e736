import { describe, expect, it } from 'vitest';
import type { AgentSnapshot, ModelVersion, Training } from '../../agent/protocol';
import {
  exampleAutoscaler,
  exampleIdleRelease,
  exampleModel,
  examplePoint,
  exampleRelease,
  exampleScaling,
  exampleTraining,
  exampleWorkload,
  NOW_MS,
} from '../../test/support/protocolExamples';
import type { AgentState } from '../agent/state';
import { connectedSnapshot, running } from '../testing';
import { policiesTree } from './policiesTree';
import { spokenText, type TreeNode } from './treeNode';

const training = (part: Partial<Training> = {}): Training => ({ ...exampleTraining(), points: [], ...part });

function tree(part: Partial<AgentSnapshot>, state?: AgentState) {
  return policiesTree(state ?? running(part), NOW_MS);
}

function rowsOf(nodes: readonly TreeNode[], task: string): TreeNode[] {
  return [...(nodes.find(({ id }) => id === `task/${task}`)?.children() ?? [])];
}

it('is empty where nothing was learned, so that the welcome shows', () => {
  expect(tree({})).toEqual([]);
  expect(tree({ trainings: [training({ state: { kind: 'finished', version: null, text: '' } })] })).toEqual(
    [],
  );
});

it('shows each task with its versions in the order of the store, and the rule last', () => {
  const models = [
    exampleModel({ version: 3 }),
    exampleModel({ version: 2, state: 'active' }),
    exampleModel({ version: 1, state: 'previous' }),
  ];
  const workloads = [exampleWorkload({ policy: { name: 'learned', version: 'heal/2' } })];
  const nodes = tree({ models, workloads });
  expect(nodes.map(spokenText)).toEqual(['heal, heal/2 is active', 'scale', 'canary']);
  expect(rowsOf(nodes, 'heal').map(({ label, icon, context }) => [label, icon?.id, context])).toEqual([
    ['heal/3', 'circle-outline', 'policy.stored'],
    ['heal/2', 'circle-filled', 'policy.active'],
    ['heal/1', 'history', 'policy.previous'],
    ['Rule', 'law', ''],
    ['Runs on', 'server-process', ''],
  ]);
});

describe('a version says', () => {
  const describeVersion = (part: Partial<ModelVersion>, wallMs = NOW_MS) =>
    rowsOf(policiesTree(running({ models: [exampleModel(part)], workloads: [] }), wallMs), 'heal')[0]
      ?.description;
  const baselines = [{ name: 'runbook', mean: -5.06, low: -6, high: -4.5 }];
  const evaluation = { episodes: 100, mean: -12.4, low: -13.1, high: -11.7, baselines };

  it('its score beside the best baseline, and its age', () => {
    expect(describeVersion({}, NOW_MS + 3 * 60_000)).toBe(
      '−12.4 [−13.1…−11.7], not told apart from runbook −13 · ppo · 3 min ago',
    );
  });

  it('plainly that a baseline is better', () => {
    expect(describeVersion({ evaluation })).toBe(
      '−12.4 [−13.1…−11.7], worse than runbook −5.06 · ppo · just now',
    );
  });

  it('that it was never compared', () => {
    expect(describeVersion({ evaluation: null, state: 'previous' })).toBe(
      'previous · not compared yet · ppo · just now',
    );
  });

  it('why it cannot be used, in place of a score', () => {
    expect(describeVersion({ state: 'damaged', problem: 'it ends after 40 bytes' })).toBe(
      'damaged: it ends after 40 bytes',
    );
  });
});

it('an active version that does not steer the workloads is marked, with what does', () => {
  const models = [exampleModel({ state: 'active' })];
  const row = (policy: { name: string; version: string }) =>
    rowsOf(policiesTree(running({ models, workloads: [exampleWorkload({ policy })] }), NOW_MS), 'heal')[0];
  const idle = row({ name: 'runbook', version: '1' });
  expect(idle?.icon?.id).toBe('warning');
  expect(idle?.description).toMatch(/^active · runbook 1 steers in its place · /);
  const steering = row({ name: 'learned', version: 'heal/1' });
  expect(steering?.icon?.id).toBe('circle-filled');
  expect(steering?.description).toMatch(/^active · −12.4/);
});

it('without an active version the rule that heals is named', () => {
  const rule = rowsOf(tree({ models: [exampleModel()] }), 'heal')[1];
  expect(rule && spokenText(rule)).toBe('runbook 1, active · the rule');
});

describe('policies that come with Coxswain', () => {
  const shipped = (name: string, part: Partial<ModelVersion> = {}) =>
    exampleModel({ state: 'shipped', shippedAs: name, ...part });
  // As the state has them: by version, the greatest first.
  const models = [
    shipped('heal-9-dqn', { version: 100_002 }),
    shipped('heal-54-ppo', { version: 100_001, evaluation: null, observationSpec: 'heal/54' }),
    exampleModel({ version: 2 }),
    exampleModel({ version: 1, state: 'previous', shippedAs: 'heal-9-ppo' }),
  ];

  it('stand below those of the store and the rule, by their names, and open their model cards', () => {
    const rows = rowsOf(tree({ models }), 'heal');
    expect(rows.map(({ label }) => label)).toEqual([
      'heal/2',
      'heal/1',
      'runbook 1',
      'Runs on',
      'Shipped with Coxswain',
    ]);
    const offered = rows.at(-1)?.children() ?? [];
    expect(offered.map(spokenText)).toEqual([
      'heal-54-ppo, not compared yet · heal/54',
      'heal-9-dqn, −12.4 [−13.1…−11.7], not told apart from runbook −13 · heal/9',
    ]);
    expect(offered[0]).toMatchObject({
      context: 'policy.shipped',
      click: 'coxswain.showModelCard',
      target: { task: 'heal', version: 100_001 },
    });
  });

  it('are named where they were taken into the store', () => {
    const copy = rowsOf(tree({ models }), 'heal')[1];
    expect(copy?.description).toMatch(/^previous · heal-9-ppo · −12.4/);
    expect(copy?.click).toBe('coxswain.showModelCard');
  });

  it('stay where they are when they are damaged, with why', () => {
    const damaged = shipped('heal-9-dqn', { state: 'damaged', problem: 'it ends after 40 bytes' });
    const offered =
      rowsOf(tree({ models: [damaged] }), 'heal')
        .at(-1)
        ?.children() ?? [];
    expect(offered.map(spokenText)).toEqual(['heal-9-dqn, damaged: it ends after 40 bytes']);
  });
});

it('says what steers by default, and why', () => {
  const defaultSteering = { steers: 'runbook', reason: 'nothing is better' };
  const rows = rowsOf(tree({ models: [exampleModel()], defaultSteering: { heal: defaultSteering } }), 'heal');
  expect(rows.map(spokenText).at(-2)).toBe('By default, runbook steers: nothing is better');
});

it('a running training comes first, with how far it is, and opens its curves', () => {
  const trainings = [
    training({
      points: [examplePoint(84_000)],
      stepsPerSecond: 71_000,
      etaSeconds: 12,
    }),
    training({ id: 'over', state: { kind: 'finished', version: 1, text: '' } }),
  ];
  const nodes = tree({ models: [exampleModel()], trainings });
  expect(nodes[0]?.description).toBe('runbook 1 is active · learning');
  const [row, version] = rowsOf(nodes, 'heal');
  expect(row && spokenText(row)).toBe('Learning by ppo, 42 % · 71,000 steps/s · 12 s left');
  expect(row).toMatchObject({
    context: 'training',
    click: 'coxswain.showTraining',
    target: { task: 'heal', trainingId: 't1' },
  });
  expect(version?.target).toEqual({ task: 'heal', version: 1 });
});

it('below a version is what its tooltip says, for those who cannot hover', () => {
  const [version] = rowsOf(tree({ models: [exampleModel({ parent: 'heal/7' })] }), 'heal');
  expect(version?.children().map(spokenText)).toEqual([
    'Score, −12.4 [−13.1…−11.7] over 100 episodes',
    'Beside runbook, −13 [−13.6…−12.3]',
    'Learned, ppo, 200,000 steps, seed 1',
    'Fine-tuned from, heal/7',
    'Observes, heal/9',
    'Made by, Coxswain 0.1.0',
  ]);
});

it('keeps the versions of an agent that is gone, but none of its trainings', () => {
  const last = connectedSnapshot({ models: [exampleModel()], trainings: [training()] });
  const error = { code: 'agent-not-running', message: 'It ended.', remedy: '' } as const;
  const rows = rowsOf(tree({}, { kind: 'down', error, last }), 'heal');
  expect(rows.map(({ label }) => label)).toEqual(['heal/1', 'runbook 1', 'Runs on']);
});

describe('which policy runs on which workload', () => {
  const runsOn = (part: Partial<AgentSnapshot>, task: string) =>
    rowsOf(tree(part), task)
      .find(({ label }) => label === 'Runs on')
      ?.children()
      .map(spokenText);

  it('is told for scaling with how much say it has, since when, and what decides beside it', () => {
    const handover = { how: 'own', by: 'ada', sinceMs: NOW_MS, ours: true } as const;
    const cart = exampleScaling({
      id: 'shop/Deployment/cart',
      steering: 'own',
      autoscalers: [exampleAutoscaler({ name: 'cart', handover })],
      shadow: { policy: 'scale/3', text: 'would have saved 4 %' },
    });
    const clock = { originMs: NOW_MS, wallOriginMs: NOW_MS, rate: 1 };
    expect(runsOn({ scaling: [exampleScaling(), cart], clock }, 'scale')).toEqual([
      'checkout, predictive 1 · shadow · for 10 min',
      'cart, predictive 1 · own · for 10 min · scale/3 in shadow',
    ]);
  });

  it('is told for scaling although nothing was learned', () => {
    const nodes = tree({ scaling: [exampleScaling()] });
    expect(nodes.map(spokenText)).toContain('scale, predictive 1 is active');
    expect(rowsOf(nodes, 'scale').map(spokenText)[0]).toBe('predictive 1, active · the rule');
  });

  it('says of an active version that something else scales in its place', () => {
    const models = [exampleModel({ task: 'scale', state: 'active' })];
    const [row] = rowsOf(tree({ models, scaling: [exampleScaling()] }), 'scale');
    expect(row?.description).toContain('predictive 1 steers in its place');
    expect(row?.icon?.id).toBe('warning');
  });

  it('is told for healing, since the last switch that is known', () => {
    const activity: AgentSnapshot['activity'] = [
      {
        seq: 1,
        atMs: NOW_MS - 240_000,
        hash: 'ab',
        event: { kind: 'policy-switched', task: 'heal', from: 'runbook 1', to: 'learned heal/1', by: 'ada' },
      },
    ];
    const clock = { originMs: NOW_MS, wallOriginMs: NOW_MS, rate: 1 };
    const workloads = [exampleWorkload({ policy: { name: 'learned', version: 'heal/1' } })];
    expect(runsOn({ models: [exampleModel()], workloads, activity, clock }, 'heal')).toEqual([
      'checkout, learned heal/1 · for 4 min',
    ]);
  });
});

it('the canary task says which policy sets the pace of which release', () => {
  const releases = [exampleRelease(), exampleIdleRelease({ id: 'shop/Rollout/api', steering: 'shadow' })];
  const canary = policiesTree(running({ releases }), NOW_MS).find(({ label }) => label === 'canary');
  expect(canary?.description).toBe('evidence-steps 1 is active');
  const rows =
    canary
      ?.children()
      .find(({ label }) => label === 'Runs on')
      ?.children() ?? [];
  expect(rows.map(({ description }) => description)).toEqual([
    'evidence-steps 1 · own · canary 10 %',
    'evidence-steps 1 · shadow',
  ]);
});
