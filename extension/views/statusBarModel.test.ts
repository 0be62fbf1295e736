import { expect, test, vi } from 'vitest';
import type { Control } from '../../agent/protocol';
import { exampleRun, finishedRun } from '../../test/support/chaosExamples';
import {
  exampleIdleRelease,
  exampleProposal,
  exampleRelease,
  exampleWorkload,
  NOW_MS,
} from '../../test/support/protocolExamples';
import type { AgentState } from '../agent/state';
import { COMMANDS } from '../commands';
import { connectedSnapshot, running } from '../testing';
import { type StatusItem, statusBarModel } from './statusBarModel';

vi.mock('vscode', () => ({}));

const error = { code: 'api-unreachable', message: 'No answer.', remedy: 'Check the VPN.' } as const;
const model = (state: AgentState) => statusBarModel(state, NOW_MS);

test('connected and running it shows context and mode, pauses by one click, and is not red', () => {
  const { context, mode, control, waiting } = model(running());
  expect(context).toMatchObject({ text: '$(server-environment) kind-dev', alarm: false });
  expect(mode).toMatchObject({ text: '$(dashboard) approve', command: 'coxswain.setMode' });
  expect(control).toMatchObject({ text: '$(debug-pause) pause', command: 'coxswain.pause', alarm: false });
  expect(waiting).toBeNull();
});

test('paused it resumes by one click; stopped it is red too', () => {
  const control = (state: Control) => model(running({ control: state })).control;
  expect(control({ kind: 'paused', by: 'ann', atMs: 0 })).toMatchObject({
    command: 'coxswain.resume',
    alarm: false,
  });
  expect(control({ kind: 'stopped', by: 'ann', atMs: 0 })).toMatchObject({
    text: '$(debug-stop) stopped',
    command: 'coxswain.resume',
    alarm: true,
  });
});

test('proposals that wait are counted, and lead to the Approvals view', () => {
  const proposals = [exampleProposal(), exampleProposal({ id: 'p2' })];
  expect(model(running({ proposals })).waiting).toMatchObject({
    text: '$(bell-dot) 2 waiting',
    command: 'coxswain.approvals.focus',
  });
});

test('stale data is red and names the oldest workload, its age and the reason', () => {
  const stale = (name: string, ageMs: number) =>
    exampleWorkload({
      id: name,
      ref: { kind: 'Deployment', namespace: 'shop', name },
      data: { kind: 'stale', atMs: NOW_MS - ageMs, reason: 'the scrape failed' },
    });
  const { context } = model(running({ workloads: [stale('cart', 90_000), stale('checkout', 240_000)] }));
  expect(context.alarm).toBe(true);
  expect(context.tooltip).toContain('data of checkout and of 1 more is old for 4 min: the scrape failed.');
});

test('whatever keeps the window from knowing what is so is red, and says what to do', () => {
  const snapshot = connectedSnapshot();
  const states: AgentState[] = [
    { kind: 'running', snapshot, stream: { kind: 'lost', sinceMs: NOW_MS - 5000 } },
    running({ connection: { kind: 'failed', context: 'kind-dev', error } }),
    { kind: 'restarting', delayMs: 500, error, last: snapshot },
    { kind: 'down', error, last: snapshot },
  ];
  const items = states.map((state) => model(state).context);
  expect(items.map(({ alarm }) => alarm)).toEqual([true, true, true, true]);
  expect(items.map(({ command }) => command)).toEqual([
    'coxswain.diagnose',
    'coxswain.connect',
    'coxswain.showOutput',
    'coxswain.restartAgent',
  ]);
});

test('before anything is connected there is one item, which connects', () => {
  const { context, mode, control } = model(running({ connection: { kind: 'disconnected' } }));
  expect(context).toMatchObject({ text: '$(plug) Coxswain', command: 'coxswain.connect', alarm: false });
  expect([mode, control]).toEqual([null, null]);
});

test('every item runs a command that exists', () => {
  const states: AgentState[] = [
    { kind: 'starting', last: null },
    running({ connection: { kind: 'connecting', context: 'x' } }),
    running({ proposals: [exampleProposal()] }),
    running({ control: { kind: 'stopped', by: 'ann', atMs: 0 } }),
  ];
  const items = states.flatMap((state) => Object.values(model(state)) as (StatusItem | null)[]);
  const commands = items.flatMap((item) => (item ? [item.command] : []));
  const known = [...COMMANDS.map(({ name }) => `coxswain.${name}`), 'coxswain.approvals.focus'];
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands) expect(known).toContain(command);
});

test('an experiment that runs is shown, with how many others, and leads to the Chaos view', () => {
  expect(model(running({ runs: [finishedRun()] })).chaos).toBeNull();
  const runs = [exampleRun(), exampleRun({ id: 'r2', title: 'Slow network' })];
  expect(model(running({ runs })).chaos).toEqual({
    text: '$(beaker) Kill a pod: verify effect +1',
    tooltip:
      'Coxswain: 2 experiments run: Kill a pod on checkout, looking for the effect; Slow network on checkout, looking for the effect. Show.',
    command: 'coxswain.chaos.focus',
    alarm: false,
  });
});

test('what is released is shown with its weight, and in words', () => {
  const { release } = statusBarModel(running({ releases: [exampleIdleRelease(), exampleRelease()] }), NOW_MS);
  expect([release?.text, release?.tooltip, release?.command]).toEqual([
    '$(rocket) checkout: 10 %',
    'Coxswain: a release is under way: shop/checkout, under way, 10 % of the traffic on the canary. Show.',
    'coxswain.canaries.focus',
  ]);
  expect(statusBarModel(running({ releases: [exampleIdleRelease()] }), NOW_MS).release).toBeNull();
});
