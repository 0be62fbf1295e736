/**
 * A small agent for the tests beside it: `hold` takes the journal and waits; `act` settles what an earlier one has
 * left, then acts on the cluster at the given address as fast as it can. Each journaled row is acknowledged on stdout
 * only after `append` has returned.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { providerNamed } from '../../agent/chaos/providers/providers';
import { clusterClock } from '../../agent/clock';
import type { ApiRequest } from '../../agent/cluster/api';
import { statusError } from '../../agent/cluster/apiErrors';
import type { ClusterSnapshot, Workload } from '../../agent/cluster/snapshot';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { openJournal } from '../../agent/journal/journal';
import { type Action, CoxswainError, workloadId } from '../../agent/protocol';
import { ActionGate } from '../../agent/safety/gate';
import type { GateWorld } from '../../agent/safety/gateWorld';
import { ClusterWriter } from '../../agent/safety/writer';
import { planHeal } from '../../agent/tasks/heal/plan';

const GRACE_MS = 200;

const [, , task = '', directory = '', server = ''] = process.argv;
const clock = clusterClock();
const journal = openJournal({ directory, clock });
const say = (line: string) => writeSync(1, `${line}\n`);

if (task === 'hold') {
  say('holding');
  setInterval(() => undefined, 60_000);
} else {
  await act();
}

async function act(): Promise<void> {
  const cluster: ClusterSnapshot = {
    atMs: 0,
    generation: 1,
    workloads: new Map(),
    nodes: new Map(),
    faults: [],
    releases: new Map(),
  };
  const world = worldOn(cluster);
  const gate = new ActionGate(world, 'auto');
  for (const { transaction, result } of await gate.settle(GRACE_MS))
    say(`settled ${transaction.id} ${result}`);
  for (let turn = 0; ; turn += 1) {
    const workloads = await look();
    Object.assign(cluster, { workloads: new Map(workloads.map((each) => [workloadId(each.ref), each])) });
    journal.append({ kind: 'warning', workloadId: null, text: `turn ${turn}` });
    await Promise.all(workloads.map((workload) => propose(gate, workload, turn)));
  }
}

/** Scales up, evicts and drains in turn; nothing is ever done twice, so that each write can be told from all others. */
async function propose(gate: ActionGate, workload: Workload, turn: number): Promise<void> {
  const pod = workload.pods.find((candidate) => !candidate.drained);
  if (!pod) throw new Error('no pod is left');
  const from = workload.desiredReplicas;
  const names = { pod: pod.name, podUid: pod.uid };
  const actions: readonly Action[] = [
    { kind: 'scale', from, to: from + 1 },
    { kind: 'restart-pod', ...names },
    { kind: 'drain-pod', ...names },
  ];
  const action = actions[turn % actions.length] ?? { kind: 'none' };
  const plan = planHeal(action, workload);
  if (plan.kind === 'impossible') throw new Error(plan.why);
  await gate.propose({
    workload: workload.ref,
    task: 'heal',
    policy: { name: 'test', version: '1' },
    decision: { action, reason: 'because', confidence: 1, alternatives: [], contributions: [] },
    plan,
  });
}

function worldOn(cluster: ClusterSnapshot): GateWorld {
  const config = {
    ...DEFAULT_CONFIG,
    namespaces: ['shop'],
    guard: {
      ...DEFAULT_CONFIG.guard,
      maxReplicas: 1_000_000,
      actionInterval: 0,
      scaleUpCooldown: 0,
      scaleUpsPerMinute: 1_000_000,
      disruptionsPerMinute: 1_000_000,
    },
  };
  const append: GateWorld['journal']['append'] = (event) => {
    const row = journal.append(event);
    say(`row ${row.seq} ${row.hash}`);
    return row;
  };
  const writer = new ClusterWriter({ context: 'test', send });
  return {
    clock,
    monotonicMs: () => performance.now(),
    journal: { append, query: journal.query },
    config: () => config,
    snapshot: () => cluster,
    dataState: () => ({ kind: 'fresh', atMs: clock.nowMs() }),
    watchAgeMs: () => 0,
    permissions: () => [],
    writer: () => writer,
    faultWorkload: () => '',
    hasIncident: () => false,
    releaseReturns: () => [],
    hasSay: () => false,
    provider: providerNamed,
    agentId: 'test',
    keeper: { hold: async () => undefined, release: () => undefined },
    onFaultStuck: () => undefined,
    newId: randomUUID,
    onProposal: () => undefined,
    onMode: () => undefined,
    onControl: () => undefined,
  };
}

async function look(): Promise<Workload[]> {
  return (await (await fetch(`${server}/workloads`)).json()) as Workload[];
}

async function send(request: ApiRequest): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${server}${request.path}`, {
    method: request.method,
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  }).catch((error: unknown) => {
    throw new CoxswainError('api-unreachable', String(error), 'try again');
  });
  const body = await response.json();
  if (!response.ok) throw statusError({ context: 'test', server }, request, response.status, body);
  return { status: response.status, body };
}
