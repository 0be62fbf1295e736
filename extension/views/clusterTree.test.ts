import { describe, expect, test } from 'vitest';
import type { Fault, PodState, WorkloadState } from '../../agent/protocol';
import { exampleFault } from '../../test/support/chaosExamples';
import {
  exampleAutoscaler,
  exampleIdleRelease,
  exampleRelease,
  exampleScaling,
  exampleWorkload,
  NOW_MS,
} from '../../test/support/protocolExamples';
import type { AgentState } from '../agent/state';
import { connectedSnapshot, running } from '../testing';
import { clusterMessage, clusterTree } from './clusterTree';
import { spokenText, type TreeNode } from './treeNode';

const pod: PodState = {
  name: 'checkout-a',
  uid: 'u1',
  status: 'Running',
  health: 'healthy',
  ready: true,
  drained: false,
  restarts: 0,
  node: 'node-1',
  createdAtMs: NOW_MS - 60_000,
  cpuUtilisation: 0.62,
  memoryUtilisation: null,
  latencyP95Ms: 120,
};
const fault = exampleFault();

/** The tree as indented lines, so that a test shows what a person sees. */
function outline(nodes: readonly TreeNode[], indent = ''): string[] {
  return nodes.flatMap((node) => [
    `${indent}${[node.label, node.description].filter(Boolean).join(' | ')}`,
    ...outline(node.children(), `${indent}  `),
  ]);
}

function workloadRow(part: Partial<WorkloadState>): TreeNode {
  const [context] = clusterTree(running({ workloads: [exampleWorkload(part)] }), NOW_MS);
  const row = context?.children()[0]?.children()[0];
  if (!row) throw new Error('no workload row');
  return row;
}

test('the tree goes from context to namespace to workload to faults and pods, in alphabetical order', () => {
  const cart = exampleWorkload({
    id: 'shop/Deployment/cart',
    ref: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  });
  const dns = exampleWorkload({
    id: 'kube-system/Deployment/dns',
    ref: { kind: 'Deployment', namespace: 'kube-system', name: 'dns' },
  });
  const workloads = [exampleWorkload({ pods: [pod] }), cart, dns];
  const ended: Fault = { ...fault, id: 'f0', endedAtMs: NOW_MS, state: 'ended' };
  expect(outline(clusterTree(running({ workloads, faults: [ended, fault] }), NOW_MS))).toEqual([
    'kind-dev | Kubernetes v1.35.0',
    '  kube-system',
    '    dns | 3/3',
    '  shop',
    '    cart | 3/3',
    '    checkout | 3/3',
    '      network delay 300 ms on 1 pod | fault, running',
    '      checkout-a | Running',
  ]);
});

describe('a workload row says', () => {
  const rows: [string, Partial<WorkloadState>, string][] = [
    ['how many replicas are ready', { readyReplicas: 2, desiredReplicas: 5 }, '2/5'],
    ['a health that is not good in words', { health: 'degraded' }, '3/3 · degraded'],
    [
      'how old stale data is',
      { data: { kind: 'stale', atMs: NOW_MS - 150_000, reason: 'scrape failed' } },
      '3/3 · stale for 2 min',
    ],
    ['that there is no data', { data: { kind: 'none', reason: 'no Prometheus' } }, '3/3 · no data'],
    [
      'that it is only observed',
      { steering: { kind: 'observe-only', reason: 'not allow-listed' } },
      '3/3 · observe only',
    ],
    [
      'the last action and how long ago it was',
      { lastAction: { atMs: NOW_MS - 30_000, text: 'scale up 2 → 3' } },
      '3/3 · scale up 2 → 3, 30 s ago',
    ],
  ];
  test.each(rows)('%s', (_name, part, description) => {
    expect(workloadRow(part).description).toBe(description);
  });
});

test('the tooltip carries the reasons for health, staleness and observing only', () => {
  const { tooltip } = workloadRow({
    health: 'failing',
    healthReason: '2 pods crash',
    data: { kind: 'stale', atMs: NOW_MS - 5000, reason: 'scrape failed' },
    steering: { kind: 'observe-only', reason: 'not allow-listed' },
    replicasOwner: 'HPA checkout',
  });
  for (const part of ['failing: 2 pods crash', 'scrape failed', 'not allow-listed', 'HPA checkout']) {
    expect(tooltip).toContain(part);
  }
});

test('faults may be injected only where Coxswain may act', () => {
  expect(workloadRow({}).context).toBe('workload');
  expect(workloadRow({ steering: { kind: 'observe-only', reason: 'x' } }).context).toBe(
    'workload.observeOnly',
  );
});

test('no two kinds of health share an icon, so that colour is never the only sign', () => {
  const icons = (['healthy', 'warming', 'degraded', 'failing', 'unknown'] as const).map(
    (health) => workloadRow({ health }).icon?.id,
  );
  icons.push(workloadRow({ data: { kind: 'none', reason: 'x' } }).icon?.id);
  expect(new Set(icons).size).toBe(icons.length);
});

test('a pod that runs but is not ready, is drained or was restarted says so', () => {
  const pods = [{ ...pod, ready: false, drained: true, restarts: 2 }];
  expect(workloadRow({ pods }).children().map(spokenText)).toEqual([
    'checkout-a, Running · not ready · drained · 2 restarts',
  ]);
});

test('a connection in trouble, or an agent out of touch, marks the context as stale', () => {
  const snapshot = connectedSnapshot();
  const error = { code: 'api-unreachable', message: 'No answer.', remedy: 'Check the VPN.' } as const;
  const troubled = {
    ...snapshot,
    connection: { ...snapshot.connection, trouble: error },
  } as typeof snapshot;
  const states: AgentState[] = [
    { kind: 'running', snapshot: troubled, stream: { kind: 'live' } },
    { kind: 'running', snapshot, stream: { kind: 'lost', sinceMs: NOW_MS } },
    { kind: 'restarting', delayMs: 500, error, last: snapshot },
    { kind: 'down', error, last: snapshot },
  ];
  for (const state of states) expect(clusterTree(state, NOW_MS)[0]?.description).toBe('stale');
  expect(states.map(clusterMessage)).toEqual([
    'No answer. Check the VPN.',
    null,
    'No answer. It is being restarted.',
    'No answer. Check the VPN.',
  ]);
});

test('without a connection the tree is empty, so that the welcome shows', () => {
  expect(clusterTree(running({ connection: { kind: 'disconnected' } }), NOW_MS)).toEqual([]);
  expect(clusterTree({ kind: 'starting', last: null }, NOW_MS)).toEqual([]);
});

describe('a workload that the scaler looks at', () => {
  const clock = { originMs: NOW_MS, wallOriginMs: NOW_MS, rate: 1 };
  const row = (scaling: ReturnType<typeof exampleScaling>, part: Partial<WorkloadState> = {}) => {
    const workloads = [exampleWorkload(part)];
    const [context] = clusterTree(running({ workloads, scaling: [scaling], clock }), NOW_MS);
    const found = context?.children()[0]?.children()[0];
    if (!found) throw new Error('no workload row');
    return found;
  };
  const handover = { how: 'own', by: 'ada', sinceMs: NOW_MS - 300_000, ours: true } as const;
  const owned = exampleScaling({ steering: 'own', autoscalers: [exampleAutoscaler({ handover })] });

  test('says how much say it has', () => {
    expect(row(exampleScaling()).description).toBe('3/3 · shadow');
    expect(row(owned).description).toBe('3/3 · own');
    expect(row(exampleScaling({ autoscalers: [] })).description).toBe('3/3');
  });

  test('says who scales, with which bounds, and what is wrong', () => {
    const problem = 'two autoscalers on one target';
    const { tooltip } = row({ ...owned, problem });
    expect(tooltip).toContain('Scaling: Coxswain is in charge (own).');
    expect(tooltip).toContain('HPA checkout: 2…10 replicas, cpu 70 %, wants 3');
    expect(tooltip).toContain('Scaler predictive 1, 2…10 replicas: hold 3 replicas');
    expect(tooltip).toContain(`${problem}.`);
  });

  test('has its autoscalers below it, with their bounds and problems', () => {
    const broken = exampleAutoscaler({ uid: 'u2', name: 'other', problem: 'no metrics' });
    const scaling = { ...owned, autoscalers: [...owned.autoscalers, broken] };
    expect(row(scaling).children().map(spokenText)).toEqual([
      'HPA checkout, 2…10 · wants 3 · suspended by Coxswain',
      'HPA other, 2…10 · wants 3 · cannot work: no metrics',
    ]);
  });

  test.each([
    ['workload.scaled', exampleScaling(), {}],
    ['workload.handedOver', owned, {}],
    ['workload.observeOnly.scaled', exampleScaling(), { steering: { kind: 'observe-only', reason: '' } }],
  ] as const)('is %s for the menus', (context, scaling, part) => {
    expect(row(scaling, part).context).toBe(context);
  });
});

test('a workload that is released says how far', () => {
  const [context] = clusterTree(running({ releases: [exampleRelease()] }), NOW_MS);
  const row = context?.children()[0]?.children()[0];
  expect(row?.description).toBe('3/3 · canary 10 %');
  const [idle] = clusterTree(running({ releases: [exampleIdleRelease()] }), NOW_MS);
  expect(idle?.children()[0]?.children()[0]?.description).toBe('3/3');
});
