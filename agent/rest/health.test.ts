import { describe, expect, it } from 'vitest';
import { exampleModel, exampleWorkload } from '../../test/support/protocolExamples';
import { type AgentSnapshot, type Connection, emptySnapshot } from '../protocol';
import { healthOf } from './health';

const CONNECTED: Connection = {
  kind: 'connected',
  context: 'kind',
  server: 'https://localhost',
  serverVersion: 'v1.35.0',
  capabilities: [],
  permissions: [],
  metrics: { kind: 'none', reason: '' },
  trouble: null,
};
const TROUBLE = { code: 'api-unreachable', message: 'The API server is silent.', remedy: 'Wait.' } as const;

/** Ten cluster seconds pass in one. */
function at(part: Partial<AgentSnapshot>): AgentSnapshot {
  return { ...emptySnapshot('0.1.0', 1), clock: { originMs: 50_000, wallOriginMs: 1000, rate: 10 }, ...part };
}

describe('the health of an agent', () => {
  it('is ok while it is connected and its data is fresh', () => {
    const snapshot = at({
      connection: CONNECTED,
      mode: 'auto',
      workloads: [exampleWorkload({ data: { kind: 'fresh', atMs: 58_000 } })],
    });
    expect(healthOf(snapshot, 2000, 7)).toEqual({
      status: 'ok',
      ready: true,
      version: '0.1.0',
      uptimeSeconds: 7,
      connected: true,
      reasons: [],
      context: 'kind',
      mode: 'auto',
      control: { kind: 'running' },
      dataAgeSeconds: 2,
      workloads: { fresh: 1, stale: 0, none: 0 },
      policy: 'runbook',
    });
  });

  it('names the policy that was promoted', () => {
    const models = [exampleModel({ version: 3, state: 'active' }), exampleModel({ version: 2 })];
    expect(healthOf(at({ connection: CONNECTED, models }), 0, 0).policy).toBe('heal/3');
  });

  it('is degraded by data that is old or missing, and goes on being ready', () => {
    const workloads = [
      exampleWorkload(),
      exampleWorkload({ id: 'a', data: { kind: 'stale', atMs: 20_000, reason: 'old' } }),
      exampleWorkload({ id: 'b', data: { kind: 'none', reason: 'no metrics' } }),
    ];
    expect(healthOf(at({ connection: CONNECTED, workloads }), 1000, 0)).toMatchObject({
      status: 'degraded',
      ready: true,
      dataAgeSeconds: 30,
      reasons: ['the data of 1 workloads is old', 'there is no data of 1 workloads'],
    });
  });

  it.each<[Connection, string]>([
    [{ kind: 'disconnected' }, 'no cluster is connected'],
    [{ kind: 'connecting', context: 'kind' }, 'connecting to kind'],
    [{ kind: 'failed', context: 'kind', error: TROUBLE }, TROUBLE.message],
    [{ ...CONNECTED, trouble: TROUBLE }, TROUBLE.message],
  ])('is unavailable without a cluster (%o)', (connection, reason) => {
    expect(healthOf(at({ connection }), 0, 0)).toMatchObject({
      status: 'unavailable',
      ready: false,
      connected: false,
      mode: null,
      reasons: [reason],
    });
  });
});
