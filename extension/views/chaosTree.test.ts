import { describe, expect, it } from 'vitest';
import type { AgentSnapshot, ProbeResult } from '../../agent/protocol';
import { exampleExperiment, exampleFault, exampleRun, finishedRun } from '../../test/support/chaosExamples';
import { NOW_MS } from '../../test/support/protocolExamples';
import { connectedSnapshot, running } from '../testing';
import { chaosTree, runningCount, VERDICT_ICONS } from './chaosTree';
import type { TreeNode } from './treeNode';

/** The clock of an agent that has just been asked: cluster time is wall time. */
const clock = { originMs: 0, wallOriginMs: 0, rate: 1 };

function outline(nodes: readonly TreeNode[], indent = ''): string[] {
  return nodes.flatMap((node) => [
    `${indent}${[node.label, node.description].filter(Boolean).join(' | ')}`,
    ...outline(node.children(), `${indent}  `),
  ]);
}

const tree = (part: Partial<AgentSnapshot>) => chaosTree(running({ clock, ...part }), NOW_MS);

function find(nodes: readonly TreeNode[], id: string): TreeNode {
  const all = nodes.flatMap(function deep(node): TreeNode[] {
    return [node, ...node.children().flatMap(deep)];
  });
  const found = all.find((node) => node.id === id);
  if (!found) throw new Error(`no row ${id}`);
  return found;
}

describe('the Chaos view', () => {
  it('is empty where no cluster is connected, so that the welcome shows', () => {
    expect(tree({ connection: { kind: 'disconnected' } })).toEqual([]);
  });

  it('says in each section that there is nothing', () => {
    expect(outline(tree({}))).toEqual([
      'Running | none',
      'Experiments | none known',
      'Past | none yet',
      'Schedule | off',
    ]);
  });

  it('shows what runs, what can be run, what was run and the schedule', () => {
    const experiments = [
      exampleExperiment(),
      exampleExperiment({ name: 'lag', title: 'Slow network', workloadId: null, provider: 'chaos-mesh' }),
      exampleExperiment({
        name: 'dns',
        title: 'No names',
        provider: null,
        problem: 'Chaos Mesh is not installed',
      }),
    ];
    const probes: ProbeResult[] = [
      {
        name: 'all pods ready',
        when: 'before',
        atMs: NOW_MS,
        outcome: 'passed',
        asked: 'readyShare',
        found: '1',
        expected: 'at least 1',
      },
    ];
    const runs = [
      finishedRun({ id: 'r0', verdict: 'failed', resilienceScore: 40 }),
      exampleRun({ probes, effect: { verdict: 'confirmed', text: 'a pod is gone' }, phase: 'running' }),
    ];
    const faults = [
      exampleFault({ runId: 'r1', kind: 'pod-kill', provider: 'native', text: 'pod kill on 1 pod' }),
      exampleFault({ id: 'f2', workloadId: 'shop/Deployment/cart' }),
      exampleFault({ id: 'f0', endedAtMs: NOW_MS }),
    ];
    const chaosSchedule = {
      enabled: true,
      nextAtMs: NOW_MS + 180_000,
      text: 'left out: a rollout is under way',
    };
    expect(outline(tree({ experiments, runs, faults, chaosSchedule }))).toEqual([
      'Running | 2',
      '  Kill a pod | checkout · the fault lasts · effect confirmed · 12 s',
      '    pod kill on 1 pod | checkout · native · running · 0 s',
      '    all pods ready | passed · 1',
      '  network delay 300 ms on 1 pod | cart · chaos-mesh · running · 0 s',
      'Experiments | 3',
      '  Kill a pod | checkout · native',
      '  Slow network | any workload · chaos-mesh',
      '  No names | Chaos Mesh is not installed',
      'Past | 1',
      '  Kill a pod | checkout · failed · resilience 40 of 100 · 0 s ago',
      'Schedule | on · next in 3 min',
      '  Last turn | left out: a rollout is under way',
    ]);
  });

  it('keeps what is shipped below what is of the workspace', () => {
    const experiments = [
      exampleExperiment(),
      exampleExperiment({ name: 'own', title: 'Mine', path: '/w/chaos/own.yaml' }),
    ];
    const nodes = tree({ experiments });
    expect(outline(nodes).slice(1, 4)).toEqual([
      'Experiments | 2',
      '  Mine | checkout · native',
      '  Shipped with Coxswain | 1',
    ]);
    expect(find(nodes, 'section/shipped').open).toBe('collapsed');
  });

  it('lets only be run what can be run, and shows the rest as a warning', () => {
    const nodes = tree({
      experiments: [exampleExperiment(), exampleExperiment({ name: 'x', problem: 'no CRD' })],
    });
    expect(find(nodes, 'experiment/pod-kill').context).toBe('experiment.ready');
    expect(find(nodes, 'experiment/x')).toMatchObject({
      context: 'experiment.blocked',
      icon: { id: 'warning' },
    });
  });

  it.each([
    ['running', 'run.running'],
    ['paused', 'run.paused'],
    ['starting', 'run.between'],
  ] as const)('offers for a run whose fault is %s what can be done then', (state, context) => {
    const nodes = tree({ runs: [exampleRun()], faults: [exampleFault({ runId: 'r1', state })] });
    expect(find(nodes, 'run/r1').context).toBe(context);
  });

  it('gives each verdict an icon of its own, so that colour is never the only sign', () => {
    const ids = Object.values(VERDICT_ICONS).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('counts what runs for the badge, but not of an agent that is gone', () => {
    const snapshot = connectedSnapshot({ runs: [exampleRun(), finishedRun({ id: 'r0' })] });
    expect(runningCount({ kind: 'running', snapshot, stream: { kind: 'live' } })).toBe(1);
    expect(runningCount({ kind: 'starting', last: snapshot })).toBe(0);
  });
});
