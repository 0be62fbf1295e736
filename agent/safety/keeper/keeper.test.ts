import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Charge, chargeKey } from './charge';
import { type Keeper, startKeeper } from './keeper';

const resource = { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'checkout' };
const release = (graceMs: number): Charge => ({
  ...{ kind: 'release', resource, releaseId: 'r', graceMs, connectedSeq: 1 },
});
const OTHER: Charge = { kind: 'autoscaler', resource };

/** A keeper on a machine that is slow: each time it is asked it takes a while. */
const SLOW = `
const { createInterface } = require('node:readline');
const { writeFileSync } = require('node:fs');
const kept = [];
process.stdout.on('error', () => undefined);
createInterface(process.stdin).on('line', (line) => {
  const { hold } = JSON.parse(line);
  if (!hold) return;
  const { apiVersion, plural, namespace, name } = hold.resource;
  const held = [hold.kind, apiVersion, plural, namespace, name].join('/');
  kept.push(held);
  writeFileSync(process.env.KEEPER_DIRECTORY + '/pid', String(process.pid));
  setTimeout(() => process.stdout.write(JSON.stringify({ held }) + '\\n'), 100);
}).on('close', () => writeFileSync(process.env.KEEPER_DIRECTORY + '/left', kept.join()));
`;

let directory: string;
let keeper: Keeper;
let lost: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'coxswain-keeper-'));
  vi.stubEnv('KEEPER_DIRECTORY', directory);
  const script = join(directory, 'keeper.cjs');
  writeFileSync(script, SLOW);
  lost = [];
  keeper = startKeeper({
    ...{ program: [process.execPath, script], kubeconfigPath: undefined, context: 'c', agentId: 'a' },
    ...{ stateDirectory: directory, journalDirectory: directory },
    onLost: (why) => lost.push(why),
  });
});
afterEach(async () => {
  await keeper.close();
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

it('what is let go of before the keeper has answered keeps nobody waiting, and the keeper lives on', async () => {
  const holding = keeper.hold(release(1));
  keeper.release(release(1));
  await expect(holding).rejects.toThrow('let go of before it was answered');
  await keeper.hold(OTHER);
  expect(lost).toEqual([]);
});

it('what is said anew before the keeper has answered is what it holds', async () => {
  const first = keeper.hold(release(1));
  const second = keeper.hold(release(2));
  await expect(first).rejects.toThrow('let go of before it was answered');
  await second;
  expect(lost).toEqual([]);
});

it('what is held when the agent ends is put right, also where the keeper was lost a moment before', async () => {
  await keeper.hold(release(1));
  process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 'SIGKILL');
  await vi.waitFor(() => expect(lost).toHaveLength(1));
  await keeper.close();
  const left = () => readFileSync(join(directory, 'left'), 'utf8');
  await vi.waitFor(() => expect(left()).toBe(chargeKey(release(1))), { timeout: 10_000 });
});
