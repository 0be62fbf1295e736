import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AgentClient, connectToAgent } from '../../agent/cli/agentClient';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { Explanation, JournalRow, Result } from '../../agent/protocol';
import { modelsDirectory } from '../../agent/server/stateDirectory';
import { HEAL_LABELS } from '../../agent/tasks/heal/policies/learned';
import { HEAL_RICH } from '../../agent/tasks/heal/rich/richSpec';
import { ModelStore } from '../../agent/training/modelStore';
import { type Running, runCli, startCli } from '../support/cli';
import { healExperience } from '../support/healExperience';

const CHECKOUT = 'shop/Deployment/checkout';
const WAIT_MS = 55_000;
/** 600 transitions. */
const EPISODES = 10;

type DecisionRow = JournalRow & { event: Extract<JournalRow['event'], { kind: 'decision' }> };

/** The built program as people start it, with the policies that it comes with, over REST and over the stream. */
describe('a built agent that is asked about what it has learned', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  let agent: Running;
  let client: AgentClient;
  let url: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-learned-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 20, seed: 7, demo: true });
    const config = join(directory, 'coxswain.yaml');
    const rest = 'server: { rest: { enabled: true, port: 0, requestsPerMinute: 6000 } }';
    writeFileSync(config, `mode: approve\n${rest}\nguard: { actionInterval: 0s }\n`);
    const place = ['--state-dir', directory, '--config', config];
    agent = startCli(['agent', '--kubeconfig', kubeconfigPath, ...place]);
    await until(async () => {
      client = await connectToAgent(directory);
      const { snapshot } = await client.request('snapshot', {});
      expect(snapshot.workloads.find(({ id }) => id === CHECKOUT)?.health).toBe('healthy');
      expect(agent.stdout + agent.stderr).toContain('rest  ');
    });
    url = /rest +(http:\/\/127\.0\.0\.1:\d+)/.exec(agent.stdout + agent.stderr)?.[1] ?? '';
  });
  afterAll(async () => {
    client?.close();
    const { code } = await agent.kill('SIGTERM');
    await cluster.close();
    rmSync(directory, { recursive: true });
    expect(code).toBe(0);
  });

  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: WAIT_MS, interval: 200 });

  async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const authorization = `Bearer ${readFileSync(join(directory, 'rest-token'), 'utf8').trim()}`;
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  const explained = (seq: number) =>
    call<{ explanation: Explanation }>('GET', `/decisions/${seq}/explanation`);
  const predicted = (state: readonly number[]) => call<Result<'predict'>>('POST', '/predict', { state });

  /** The first decision of a policy, provoked by a fault that the agent can see. */
  async function decisionOf(policy: string): Promise<DecisionRow> {
    let found: DecisionRow | undefined;
    const fault = { workloadId: CHECKOUT, kind: 'cpu-stress', durationSeconds: 3600 };
    await until(async () => {
      const { snapshot } = await client.request('snapshot', {});
      const isRunning = snapshot.faults.some(({ endedAtMs }) => endedAtMs === null);
      if (!isRunning) await call('POST', '/chaos/faults', fault);
      const { rows } = await client.request('activity', { kinds: ['decision'] });
      found = rows.filter(isDecision).find(({ event }) => event.policy === policy);
      expect(found).toBeDefined();
    });
    if (!found) throw new Error(`no decision of ${policy}`);
    return found;
  }

  it('explains a decision of the runbook by its evidence, and says that a prediction is not what steers', async () => {
    const { seq, event } = await decisionOf('runbook 1');
    const { status, body } = await explained(seq);
    expect(status).toBe(200);
    expect(body.explanation).toMatchObject({
      workloadId: CHECKOUT,
      policy: 'runbook 1',
      method: 'evidence',
      action: event.action,
      output: null,
    });
    expect(body.explanation.contributions.length).toBeGreaterThan(0);
    const answer = await predicted(HEAL_RICH.fields.map(() => 0));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        observationSpec: HEAL_RICH.name,
        policy: expect.stringMatching(/^learned heal\/\d+, which does not steer: runbook 1 does$/),
      },
    });
  });

  it('does not learn where a rule steers', async () => {
    await expect(client.request('learnNow', {})).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('No learned policy steers'),
    });
  });

  it('explains a decision of a promoted policy, whose contributions sum to what it gave', async () => {
    const promoted = await runCli(['model', 'promote', 'heal', 'shipped-54-ppo', '--state-dir', directory]);
    expect(promoted).toMatchObject({ code: 0, stderr: '' });
    expect(promoted.stdout).toContain('heal/1 steers healing from now on, in place of runbook 1');
    const { seq, event } = await decisionOf('learned heal/1');
    const { status, body } = await explained(seq);
    expect(status).toBe(200);
    const { explanation } = body;
    expect(explanation).toMatchObject({
      workloadId: CHECKOUT,
      policy: 'learned heal/1',
      method: 'shapley',
      observationSpec: HEAL_RICH.name,
      action: event.action,
      confidence: event.confidence,
    });
    const sum = explanation.contributions.reduce((total, { value }) => total + value, 0);
    const { output, baseline } = explanation;
    expect(sum).toBeCloseTo((output ?? 0) - (baseline ?? 0), 4);
    expect(explanation.alternatives).toHaveLength(HEAL_LABELS.length - 1);
    const { explainedMs: _rest, ...overRest } = explanation;
    const { explanation: streamed } = await client.request('explainDecision', { seq });
    expect(streamed).toMatchObject(overRest);
    // The policy is asked with the same numbers, and says the same.
    const { body: answer } = await predicted(explanation.inputs.map(({ value }) => value));
    expect(answer).toMatchObject({
      policy: 'learned heal/1',
      outOfDistribution: explanation.outOfDistribution,
    });
    expect(answer.confidence).toBeCloseTo(event.confidence, 5);
  });

  it('refuses what is no decision and no state, and says why', async () => {
    expect(await explained(1)).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining('is no decision, but agent-started') } },
    });
    expect(await predicted([1, 2, 3])).toMatchObject({ status: 400 });
    expect(await predicted(HEAL_RICH.fields.map(() => 7))).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('healthy_count') } },
    });
    const state = HEAL_RICH.fields.map(() => 0);
    const transitions = [{ state, action: HEAL_LABELS.length, reward: 0, nextState: state }];
    expect(await call('POST', '/update', { transitions })).toMatchObject({ status: 400 });
    await expect(client.request('explainDecision', { proposalId: 'none' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('takes experience, fine-tunes on it in a thread, and goes on meanwhile', async () => {
    const few = healExperience(1).slice(0, 1).map(asSent);
    const first = await call<Result<'addExperience'>>('POST', '/update', { transitions: few });
    expect(first).toMatchObject({ status: 200, body: { stored: 1 } });
    await expect(client.request('learnNow', {})).rejects.toMatchObject({ code: 'usage' });
    const transitions = healExperience(EPISODES).map(asSent);
    const added = await call<Result<'addExperience'>>('POST', '/update', { transitions });
    expect(added.body).toEqual({ stored: transitions.length, total: transitions.length + 1 });

    const learning = client.request('learnNow', {});
    const { snapshot } = await client.request('snapshot', {});
    expect(snapshot.mode).toBe('approve');
    await expect(client.request('learnNow', {})).rejects.toMatchObject({ code: 'conflict' });
    const { text } = await learning;
    expect(text).toMatch(
      new RegExp(
        `^a copy of heal/1 was fine-tuned on ${transitions.length + 1} transitions and (kept as heal/2|refused)`,
      ),
    );
    expect(text).toMatch(/replay .* over \d+ states, simulator .* over \d+ episodes$/);
    const store = new ModelStore(modelsDirectory(directory), Date.now);
    const isKept = text.includes('kept as heal/2');
    expect(store.list('heal').map(({ version }) => version)).toEqual(isKept ? [2, 1] : [1]);
    // It steers only after its time in the shadow.
    expect(store.promotions('heal').active).toBe(1);
    const { rows } = await client.request('activity', { kinds: ['warning'] });
    expect(JSON.stringify(rows)).toContain(`online learning: ${text}`);
  }, 120_000);
});

function asSent({ state, action, reward, nextState, terminated }: ReturnType<typeof healExperience>[number]) {
  return { state, action, reward, nextState, terminated };
}

function isDecision(row: JournalRow): row is DecisionRow {
  return row.event.kind === 'decision';
}
