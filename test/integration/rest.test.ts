import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EmbeddedCluster } from '../../agent/embedded/cluster';
import type { ExperimentInfo, ExperimentRun, Fault, JournalRow } from '../../agent/protocol';
import type { RestService } from '../../agent/rest/service';
import type { Agent } from '../../agent/server/agent';
import { type RestShop, startRestShop } from '../support/restShop';

const CHECKOUT = 'shop/Deployment/checkout';
const WAIT_MS = 45_000;

describe('the REST service of an agent', () => {
  let shop: RestShop;
  let directory: string;
  let cluster: EmbeddedCluster;
  let agent: Agent;
  let rest: RestService;
  let rows: JournalRow[];
  let logged: string[];

  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: WAIT_MS, interval: 100 });

  beforeAll(async () => {
    shop = await startRestShop();
    ({ directory, cluster, agent, rest, rows, logged } = shop);
  });
  afterAll(async () => {
    await shop?.close();
  });

  const token = () => readFileSync(join(directory, 'rest-token'), 'utf8').trim();

  async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const response = await fetch(rest.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  const signed = () => `${userInfo().username} (REST from 127.0.0.1)`;

  it('says where it is and where its token is, not the token', () => {
    expect(logged).toEqual([`rest       ${rest.url} (token in ${join(directory, 'rest-token')})`]);
  });

  it('is not ready before a cluster is connected, and says why', async () => {
    expect((await call('GET', '/health/ready')).status).toBe(503);
    expect(await call('GET', '/health')).toMatchObject({
      status: 200,
      body: { status: 'unavailable', reasons: ['no cluster is connected'] },
    });
    expect(await call('POST', '/chaos/faults', { workloadId: CHECKOUT, kind: 'pod-kill' })).toMatchObject({
      status: 503,
      body: { error: { code: 'not-connected' } },
    });
  });

  it('is ready once one is', async () => {
    await agent.handle('connect', { kubeconfig: cluster.kubeconfigPath }, 'test');
    await until(async () =>
      expect(await call('GET', '/health')).toMatchObject({
        body: { status: 'ok', ready: true, connected: true, mode: 'auto', control: { kind: 'running' } },
      }),
    );
    expect((await call('GET', '/health/ready')).status).toBe(200);
  });

  it('tells an agent without a workload of that name from one without a cluster', async () => {
    const fault = { workloadId: 'shop/Deployment/none', kind: 'pod-kill' };
    expect(await call('POST', '/chaos/faults', fault)).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found' } },
    });
  });

  it('injects a fault and ends it by its id, and the journal says who did', async () => {
    const params = { workloadId: CHECKOUT, kind: 'network-delay', durationSeconds: 600 };
    const injected = await call<{ fault: Fault }>('POST', '/chaos/faults', params);
    expect(injected).toMatchObject({ status: 201, body: { fault: { kind: 'network-delay' } } });
    const { id } = injected.body.fault;
    const listed = await call<{ faults: Fault[] }>('GET', '/chaos/faults');
    expect(listed.body.faults.map((fault) => fault.id)).toContain(id);
    const ended = await call<{ fault: Fault }>('DELETE', `/chaos/faults/${encodeURIComponent(id)}`);
    expect(ended).toMatchObject({ status: 200, body: { fault: { id } } });
    await until(() =>
      expect(agent.snapshot().faults.filter(({ endedAtMs }) => endedAtMs === null)).toEqual([]),
    );
    expect(JSON.stringify(rows)).toContain(signed());
    expect(JSON.stringify(rows)).not.toContain(token());
  });

  /** One whose fault is there; latency of the fault before may still be in what the steady state looks at. */
  async function beginRun(): Promise<string> {
    let id = '';
    await until(async () => {
      const params = { name: 'cpu-stress', workloadId: CHECKOUT };
      const begun = await call<{ run: ExperimentRun }>('POST', '/chaos/runs', params);
      expect(begun).toMatchObject({ status: 202, body: { run: { trigger: 'rest', by: signed() } } });
      id = begun.body.run.id;
      expect((await untilInjected(id)).injectedAtMs).not.toBeNull();
    });
    return id;
  }

  /** Or until it has ended without. */
  async function untilInjected(id: string): Promise<ExperimentRun> {
    for (;;) {
      const { body } = await call<{ run: ExperimentRun }>('GET', `/chaos/runs/${id}`);
      if (body.run.injectedAtMs !== null || body.run.phase === 'finished') return body.run;
      await setTimeout(100);
    }
  }

  it('runs an experiment, tells how it goes, and stops it', async () => {
    const { body } = await call<{ experiments: ExperimentInfo[] }>('GET', '/chaos/experiments');
    expect(body.experiments.map(({ name }) => name)).toContain('cpu-stress');
    await until(() =>
      expect(agent.snapshot().workloads.find(({ id }) => id === CHECKOUT)?.health).toBe('healthy'),
    );
    const id = await beginRun();
    const listed = await call<{ runs: ExperimentRun[] }>('GET', '/chaos/runs');
    expect(listed.body.runs.map((run) => run.id)).toContain(id);
    const stopped = await call<{ run: ExperimentRun }>('DELETE', `/chaos/runs/${id}`);
    expect(stopped).toMatchObject({ status: 200, body: { run: { endedAtMs: expect.any(Number) } } });
    await until(async () =>
      expect(await call('GET', `/chaos/runs/${id}`)).toMatchObject({
        body: { run: { phase: 'finished', verdict: 'aborted' } },
      }),
    );
    expect((await call('GET', '/chaos/runs/none')).status).toBe(404);
  });

  it('refuses an experiment that is none, with what is wrong in it', async () => {
    const refused = await call('POST', '/chaos/runs', { yaml: 'name: x\nfault: { kind: coffee }\n' });
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'config-invalid' } } });
  });

  it('stops everything in an emergency', async () => {
    const params = { workloadId: CHECKOUT, kind: 'network-delay', durationSeconds: 600 };
    // Two on one workload are never allowed: what was there before has to be over.
    await until(async () => expect((await call('POST', '/chaos/faults', params)).status).toBe(201));
    expect(await call('POST', '/emergency-stop')).toMatchObject({
      status: 200,
      body: { control: { kind: 'stopped' }, faultsEnded: 1, failed: [] },
    });
    expect(await call('GET', '/health')).toMatchObject({
      body: { control: { kind: 'stopped', by: signed() } },
    });
    expect(await call('POST', '/chaos/faults', params)).toMatchObject({
      status: 403,
      body: { error: { code: 'guard-denied' } },
    });
  });
});
