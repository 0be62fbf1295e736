import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../../test/support/fakeClock';
import { aHealPolicy } from '../../../../test/support/healPolicy';
import { aLearnedHeal } from '../../../../test/support/learnedHeal';
import { aLearnedScale } from '../../../../test/support/learnedScale';
import { DEFAULT_CONFIG } from '../../../config/schema';
import type { JournalFilter } from '../../../journal/reader';
import type { JournalEvent, JournalRow, Proposal } from '../../../protocol';
import type { HealService } from '../../../server/healService';
import { modelsDirectory } from '../../../server/stateDirectory';
import { OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { ModelStore } from '../../../training/modelStore';
import { writePolicyFile } from '../../../training/policyFile';
import type { LearnedScale } from '../../scale/live/policies/learnedScale';
import type { LearnedHeal } from '../policies/learned';
import { HEAL_RICH } from '../rich/richSpec';
import { createHealService } from './healService';

const ID = 'shop/Deployment/checkout';
const SLOW = [0.3, 0.1, 0, 0.5, 0.4, 0.9, 0.2, 0.1, 0.4];
const RESTART = { kind: 'restart-pod', pod: 'b', podUid: 'uid-b' } as const;
type DecisionEvent = Extract<JournalEvent, { kind: 'decision' }>;

function aDecision(changes: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    ...{ kind: 'decision', workloadId: ID, task: 'heal', policy: 'learned heal/1', trigger: 'event' },
    ...{ observationSpec: 'heal/9', observation: SLOW, action: RESTART, reason: 'because', confidence: 0.9 },
    ...{ rewardTerms: {}, decisionMs: 1, ...changes },
  };
}

let folder: string;
let policies: string;
let rows: JournalRow[];
let recorded: string[];
let proposals: Proposal[];
let steering: LearnedHeal | null;
let scaler: LearnedScale | null;
let service: HealService;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-heal-service-'));
  policies = join(folder, 'policies');
  rows = [];
  recorded = [];
  proposals = [];
  steering = scaler = null;
  service = createHealService({
    policiesDirectory: policies,
    learnWorkerFile: join(folder, 'none.cjs'),
    codeVersion: '0.1.0',
    monotonicMs: () => 5,
  })({
    clock: new FakeClock(),
    stateDirectory: folder,
    context: 'test',
    config: () => DEFAULT_CONFIG,
    journal: { query, onAppend: () => () => undefined },
    workload: () => undefined,
    proposal: (id) => proposals.find((proposal) => proposal.id === id),
    learnedHeal: () => steering,
    learnedScale: () => scaler,
    learnedCanary: () => null,
    loadScale: async (version) => aLearnedScale({ 4: 0.8 }, { version }),
    record: (event) => recorded.push(event.kind === 'warning' ? event.text : event.kind),
    mode: () => 'approve',
    promote: async () => undefined,
  });
});
afterEach(() => {
  service.close();
  rmSync(folder, { recursive: true, force: true });
});

function query({ beforeSeq = Number.POSITIVE_INFINITY, limit = 100, kinds, workloadId }: JournalFilter) {
  return rows
    .filter(({ seq, event }) => seq < beforeSeq && (!kinds || kinds.includes(event.kind)))
    .filter(({ event }) => !workloadId || ('workloadId' in event && event.workloadId === workloadId))
    .toReversed()
    .slice(0, limit);
}

function journal(event: JournalEvent, atMs = 1000): number {
  const seq = rows.length + 1;
  rows.push({ seq, atMs, hash: '', event });
  return seq;
}

/** Restarts where errors are high, and more so where latency is. */
function storePolicy(): void {
  const weights = { 'restart-pod': { avg_error_rate: 8, avg_latency: 2, bias: -1 } };
  new ModelStore(modelsDirectory(folder), () => 1).add('heal', aHealPolicy(weights));
}

function proposalOf(event: DecisionEvent, createdAtMs: number): Proposal {
  return {
    ...{ id: 'p1', workload: { kind: 'Deployment', namespace: 'shop', name: 'checkout' }, task: 'heal' },
    ...{ policy: { name: 'runbook', version: '1' }, action: event.action, reason: event.reason },
    ...{ confidence: 0.8, alternatives: [{ text: 'wait', confidence: 0.2 }] },
    contributions: [{ name: 'errors of this pod', value: 0.4 }],
    change: { summary: '', before: '', after: '' },
    ...{ promise: '', createdAtMs, expiresAtMs: createdAtMs + 1 },
    verdict: { outcome: 'needs-approval', rule: 'mode', reason: '' },
    state: { kind: 'pending' },
  };
}

describe('the explanation of a decision', () => {
  it('of a learned policy sums to what it says above what it says of the workload when it is well', async () => {
    storePolicy();
    const { explanation } = await service.explain({ seq: journal(aDecision()) });
    const { contributions, output, baseline } = explanation;
    const sum = contributions.reduce((total, { value }) => total + value, 0);
    expect(explanation).toMatchObject({
      method: 'shapley',
      policy: 'learned heal/1',
      observationSpec: 'heal/9',
    });
    expect(sum).toBeCloseTo((output ?? 0) - (baseline ?? 0), 5);
    expect(contributions.slice(0, 2).map(({ name }) => name)).toEqual(['avg_error_rate', 'avg_latency']);
    expect(explanation.inputs[5]).toEqual({ name: 'avg_latency', unit: 'p95 in seconds', value: 0.9 });
    expect(explanation.alternatives.map(({ text }) => text)).not.toContain('restart a pod');
    expect(explanation.alternatives).toHaveLength(4);
  });

  it('of a policy that is gone says so', async () => {
    const seq = journal(aDecision({ policy: 'learned heal/7' }));
    await expect(service.explain({ seq })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('heal/7'),
    });
  });

  it('of the policy that steers needs no store', async () => {
    steering = aLearnedHeal({ 'restart-pod': 0.9, none: 0.1 }, { version: 'heal/7' });
    const { explanation } = await service.explain({ seq: journal(aDecision({ policy: 'learned heal/7' })) });
    expect(explanation.output).toBe(0.9);
  });

  it('of another policy by the same name is refused', async () => {
    storePolicy();
    const observation = HEAL_RICH.fields.map(() => 0);
    const seq = journal(aDecision({ observationSpec: HEAL_RICH.name, observation }));
    await expect(service.explain({ seq })).rejects.toMatchObject({ code: 'model-incompatible' });
  });

  it('of a rule is what it has gone by, without a sum', async () => {
    const event = aDecision({ policy: 'runbook 1' });
    const seq = journal(event);
    const { explanation } = await service.explain({ seq });
    expect(explanation).toMatchObject({ method: 'evidence', output: null, baseline: null });
    expect(explanation.contributions[0]).toMatchObject({ name: 'avg_latency' });
    proposals = [proposalOf(event, 1001)];
    const told = (await service.explain({ proposalId: 'p1' })).explanation;
    expect(told.contributions).toEqual([{ name: 'errors of this pod', value: 0.4 }]);
    expect(told.alternatives).toEqual([{ text: 'wait', confidence: 0.2 }]);
  });

  it('of the runbook in place of a learned policy is the rule’s', async () => {
    const reason = 'the runbook, for learned policy heal/1 knows no avg_cpu: pod b crashes';
    const { explanation } = await service.explain({ seq: journal(aDecision({ reason })) });
    expect(explanation.method).toBe('evidence');
  });

  it('of a scaler is that of the version that has decided, or of its rule', async () => {
    const observation = OBSERVATION_SPECS['scale/36'].fields.map(() => 0);
    const scaling = { task: 'scale', observationSpec: 'scale/36', observation } as const;
    const action = { kind: 'scale', from: 2, to: 6 } as const;
    const learned = { ...scaling, action, policy: 'learned scale/4', confidence: 0.8 };
    const stored = await service.explain({ seq: journal(aDecision(learned)) });
    expect(stored.explanation).toMatchObject({ method: 'shapley', output: 0.8, baseline: 0.8 });
    scaler = aLearnedScale({ 4: 0.9 }, { version: 'scale/4' });
    const held = await service.explain({ seq: journal(aDecision(learned)) });
    expect(held.explanation.output).toBe(0.9);
    const ruled = aDecision({ ...scaling, action, policy: 'predictive 1' });
    expect((await service.explain({ seq: journal(ruled) })).explanation.method).toBe('evidence');
  });

  it('of a proposal is that of the decision behind it', async () => {
    storePolicy();
    const event = aDecision();
    journal(event, 500);
    journal(event, 1000);
    journal({ ...event, task: 'scale' }, 1050);
    journal(event, 99_000);
    proposals = [proposalOf(event, 1100)];
    const { explanation } = await service.explain({ proposalId: 'p1' });
    expect(explanation.atMs).toBe(1000);
  });

  const missing: [string, Parameters<HealService['explain']>[0], string, RegExp][] = [
    ['a row that is not there', { seq: 99 }, 'not-found', /Row 99 of the journal does not exist/],
    [
      'a row that is no decision',
      { seq: 1 },
      'not-found',
      /Row 1 of the journal is no decision, but agent-stopped/,
    ],
    ['a proposal that is gone', { proposalId: 'x' }, 'not-found', /no proposal x any more/],
    ['nothing', {}, 'usage', /not said what to explain/],
  ];
  for (const [what, params, code, message] of missing) {
    it(`of ${what} is an error`, async () => {
      journal({ kind: 'agent-stopped', why: 'x' });
      await expect(service.explain(params)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    });
  }
});

describe('a prediction', () => {
  it('is that of the policy that steers', async () => {
    steering = aLearnedHeal({ 'scale-up': 0.9, none: 0.05, 'restart-pod': 0.05 }, { confidence: () => 0.7 });
    expect(await service.predict({ task: 'heal', state: SLOW })).toMatchObject({
      ...{
        action: 2,
        label: 'scale-up',
        confidence: 0.7,
        policy: 'learned heal/3',
        observationSpec: 'heal/9',
      },
      alternatives: [
        { label: 'none' },
        { label: 'restart-pod' },
        { label: 'scale-down' },
        { label: 'drain-pod' },
      ],
    });
  });

  it('waits where the policy is not sure enough to act', async () => {
    steering = aLearnedHeal({ 'scale-up': 0.5, none: 0.3, 'restart-pod': 0.2 });
    expect(await service.predict({ task: 'heal', state: SLOW })).toMatchObject({
      label: 'none',
      confidence: 0.3,
    });
  });

  it('is that of a shipped policy where a rule steers, and says so', async () => {
    writePolicyFile(join(policies, 'heal-54-ppo.onnx'), aHealPolicy({ none: { bias: 5 } }, {}, HEAL_RICH));
    writePolicyFile(join(policies, 'heal-9-ppo.onnx'), aHealPolicy({ 'restart-pod': { bias: 5 } }));
    const nine = await service.predict({ task: 'heal', state: SLOW });
    expect(nine).toMatchObject({ label: 'restart-pod', observationSpec: 'heal/9' });
    expect(nine.policy).toBe('learned heal/100002, which does not steer: runbook 1 does');
    const rich = await service.predict({ task: 'heal', state: HEAL_RICH.fields.map(() => 0) });
    expect(rich).toMatchObject({ label: 'none', observationSpec: HEAL_RICH.name });
  });

  it('of scale is that of the policy that steers scaling', async () => {
    const state = OBSERVATION_SPECS['scale/36'].fields.map(() => 0);
    await expect(service.predict({ task: 'scale', state })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('predictive 1 steers scaling'),
    });
    scaler = aLearnedScale({ 2: 0.8 });
    expect(await service.predict({ task: 'scale', state })).toMatchObject({ label: '+2', confidence: 0.8 });
  });

  it('is refused where there is no learned policy at all', async () => {
    await expect(service.predict({ task: 'heal', state: SLOW })).rejects.toMatchObject({ code: 'not-found' });
  });

  const wrong: [string, number[], RegExp][] = [
    ['too few numbers', [1, 2], /2 numbers, and heal\/9 has 9/],
    [
      'a number beyond its range',
      SLOW.with(5, 1.5),
      /avg_latency \(number 6, p95 in seconds\) is 1.5, not within 0…1/,
    ],
    ['a number that is none', SLOW.with(8, Number.NaN), /replica_count \(number 9/],
  ];
  for (const [what, state, message] of wrong) {
    it(`names what is wrong: ${what}`, async () => {
      steering = aLearnedHeal({ none: 1 });
      await expect(service.predict({ task: 'heal', state })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(message),
        remedy: expect.stringContaining('healthy_count, degraded_count'),
      });
    });
  }
});

describe('experience from outside', () => {
  const step = { state: SLOW, action: 1, reward: -1, nextState: SLOW, terminated: false };

  it('is counted, and taught from only when that is asked for', async () => {
    expect(await service.addExperience({ task: 'heal', transitions: [step, step] }, 'rest')).toEqual({
      stored: 2,
      total: 2,
    });
    await expect(service.learnNow({ task: 'heal' }, 'ada')).rejects.toMatchObject({ code: 'not-found' });
    steering = aLearnedHeal({ none: 1 });
    await expect(service.learnNow({ task: 'heal' }, 'ada')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('2 transitions'),
    });
  });

  const wrong: [string, object, RegExp][] = [
    ['an action that there is not', { action: 5 }, /action 5/],
    ['a reward that nothing else would count beside', { reward: -1e6 }, /reward -1000000/],
    ['a reward that is no number', { reward: Number.NaN }, /reward NaN/],
    ['a state of another length', { state: [1] }, /9 of heal\/9 and 54 of heal\/54 numbers, not 1/],
    ['a next state beyond its ranges', { nextState: SLOW.with(0, 7) }, /healthy_count/],
    [
      'a next state of another contract',
      { nextState: HEAL_RICH.fields.map(() => 0) },
      /54 numbers, and heal\/9 has 9/,
    ],
  ];
  for (const [what, changes, message] of wrong) {
    it(`is refused as a whole for ${what}`, async () => {
      const adding = service.addExperience(
        { task: 'heal', transitions: [step, { ...step, ...changes }] },
        'rest',
      );
      await expect(adding).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
      expect((await service.addExperience({ task: 'heal', transitions: [step] }, 'rest')).total).toBe(1);
    });
  }

  it('is taken for heal alone, and learned from for heal and scale', async () => {
    for (const task of ['scale', 'canary'] as const) {
      const refused = { code: 'capability-missing', message: expect.stringContaining(task) };
      await expect(service.addExperience({ task, transitions: [step] }, 'ada')).rejects.toMatchObject(
        refused,
      );
    }
    await expect(service.learnNow({ task: 'canary' }, 'ada')).rejects.toMatchObject({
      code: 'capability-missing',
    });
    await expect(service.learnNow({ task: 'scale' }, 'ada')).rejects.toMatchObject({ code: 'not-found' });
    scaler = aLearnedScale();
    await expect(service.learnNow({ task: 'scale' }, 'ada')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('0 transitions of experience are stored of scale'),
    });
  });
});
