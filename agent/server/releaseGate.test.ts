import { afterEach, expect, it } from 'vitest';
import { type Config, DEFAULT_CONFIG } from '../config/schema';
import type { JournalEvent } from '../protocol';
import { ReleaseGateLifetime } from './releaseGate';

let config: Config = DEFAULT_CONFIG;
const rows: JournalEvent[] = [];
const errors: string[] = [];
const gate = new ReleaseGateLifetime({
  config: () => config,
  decide: (kind) => ({ open: kind === 'confirm-rollout', reason: 'a test' }),
  record: (event) => rows.push(event),
  onError: ({ message }) => errors.push(message),
});
const set = (changes: Partial<Config['canary']['gate']>) => {
  config = { ...config, canary: { ...config.canary, gate: { ...config.canary.gate, ...changes } } };
  return gate.follow();
};
afterEach(() => gate.close());

it('is open as long as the config says so, answers, and tells the journal', async () => {
  await gate.follow();
  expect(gate.url).toBeNull();
  await set({ enabled: true });
  const ask = async (kind: string) => {
    const body = JSON.stringify({ name: 'web', namespace: 'shop', phase: 'Progressing' });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${gate.url}/gate/${kind}`, { method: 'POST', headers, body })).status;
  };
  expect([await ask('confirm-rollout'), await ask('confirm-promotion')]).toEqual([200, 403]);
  expect(rows).toEqual([
    expect.objectContaining({
      what: 'hook',
      workloadId: 'shop/Canary/web',
      text: 'confirm-rollout: yes, a test',
    }),
    expect.objectContaining({ text: 'confirm-promotion: no, a test', by: 'Flagger' }),
  ]);
  const taken = Number(new URL(gate.url ?? '').port);
  await set({ enabled: false });
  expect(gate.url).toBeNull();
  const { createServer } = await import('node:net');
  const server = createServer().listen(taken, '127.0.0.1');
  await set({ enabled: true, port: taken });
  expect(gate.url).toBeNull();
  expect(errors).toEqual([expect.stringContaining(`cannot listen on port ${taken}`)]);
  server.close();
});
