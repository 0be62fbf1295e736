import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { autoscalerAddress } from '../../agent/safety/handover/address';
import { type Charge, chargeKey } from '../../agent/safety/keeper/charge';
import { type KeeperOptions, startKeeper } from '../../agent/safety/keeper/keeper';
import { AGENT_BUNDLE } from '../support/cli';

const KEEPER_BUNDLE = join(import.meta.dirname, '../../dist/keeper.cjs');
const RESOURCE = autoscalerAddress({ kind: 'hpa', name: 'frontend' }, 'web');
const HPA: Charge = { kind: 'autoscaler', resource: RESOURCE };
const KEY = chargeKey(HPA);

describe('the keeper that is built', () => {
  let directory: string;
  let children: ChildProcess[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-keeper-'));
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
    rmSync(directory, { recursive: true, force: true });
  });

  /** @param args in front of those of the keeper */
  function start(...args: string[]): ChildProcess {
    const options = ['--context', 'c', '--agent', 'a', '--state-dir', directory, '--journal', directory];
    const child = spawn(process.execPath, [...args, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  }
  const tell = (child: ChildProcess, order: unknown) => child.stdin?.write(`${JSON.stringify(order)}\n`);

  it.each([
    ['of its own', [KEEPER_BUNDLE, 'keeper']],
    ['the whole program as', [AGENT_BUNDLE, 'keeper']],
  ])('answers what it holds, and ends with a goodbye: %s', async (_what, args) => {
    const child = start(...args);
    tell(child, { hold: HPA });
    const [answer] = await once(child.stdout ?? child, 'data');
    expect(JSON.parse(String(answer))).toEqual({ held: KEY });
    const exited = once(child, 'exit');
    tell(child, { goodbye: true });
    child.stdin?.end();
    expect(await exited).toEqual([0, null]);
  });

  it('ends at once where the agent dies with nothing taken over', async () => {
    const child = start(KEEPER_BUNDLE, 'keeper');
    tell(child, { hold: HPA });
    tell(child, { release: KEY });
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('outlives the signals that end an agent', async () => {
    const child = start(KEEPER_BUNDLE, 'keeper');
    tell(child, { hold: HPA });
    await once(child.stdout ?? child, 'data');
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) child.kill(signal);
    tell(child, { hold: { ...HPA, resource: { ...RESOURCE, name: 'other' } } });
    const [answer] = await once(child.stdout ?? child, 'data');
    expect(String(answer)).toContain('other');
  });

  const options = (changes: Partial<KeeperOptions> = {}): KeeperOptions => ({
    program: [process.execPath, KEEPER_BUNDLE],
    kubeconfigPath: undefined,
    context: 'c',
    stateDirectory: directory,
    journalDirectory: directory,
    agentId: 'a',
    onLost: () => undefined,
    ...changes,
  });

  it('is started with the first hold, and ended by its agent', async () => {
    const keeper = startKeeper(options());
    await keeper.hold(HPA);
    await keeper.hold(HPA);
    keeper.release(HPA);
    keeper.release(HPA);
    await keeper.close();
    await expect(keeper.hold(HPA)).rejects.toMatchObject({ code: 'internal' });
    await startKeeper(options()).close();
  });

  it('is told that its agent lives for as long as something is held', async () => {
    const heard = join(directory, 'heard');
    const script = `
      const fs = require('node:fs');
      require('node:readline').createInterface(process.stdin).on('line', (line) => {
        fs.appendFileSync(${JSON.stringify(heard)}, line + '\\n');
        const { hold } = JSON.parse(line);
        if (hold) process.stdout.write(JSON.stringify({ held: ${JSON.stringify(KEY)} }) + '\\n');
      });`;
    const keeper = startKeeper(options({ program: [process.execPath, '-e', script, '--'], beatMs: 20 }));
    await keeper.hold(HPA);
    const lines = () => readFileSync(heard, 'utf8').trim().split('\n');
    await vi.waitFor(() => expect(lines().length).toBeGreaterThan(5), 20_000);
    expect(lines().filter((line) => line === '{"beat":20}').length).toBeGreaterThan(3);
    keeper.release(HPA);
    await keeper.close();
    expect(lines()[0]).toBe('{"beat":20}');
  });

  it.each<[string, Partial<KeeperOptions>, RegExp]>([
    [
      'its program is missing',
      { program: ['/nowhere/node', 'keeper.cjs'] },
      /cannot be had: spawn \/nowhere\/node/,
    ],
    [
      'it does not answer',
      { program: [process.execPath, '-e', 'setInterval(() => 0, 1000)', '--'], answerMs: 1500 },
      /did not answer within 1.5 s/,
    ],
    ['the kubeconfig cannot be read', { kubeconfigPath: '/nowhere/kubeconfig' }, /nowhere\/kubeconfig/],
  ])('refuses to hold where %s', async (_what, changes, message) => {
    const keeper = startKeeper(options(changes));
    await expect(keeper.hold(HPA)).rejects.toThrow(message);
    await keeper.close();
  });

  it('that is lost for good is told once, however often it is started again', async () => {
    const starts = join(directory, 'starts');
    const script = `
      const fs = require('node:fs');
      fs.appendFileSync(${JSON.stringify(starts)}, '.');
      if (fs.statSync(${JSON.stringify(starts)}).size > 1) process.exit(1);
      require('node:readline').createInterface(process.stdin).on('line', (line) => {
        const { hold } = JSON.parse(line);
        if (hold) process.stdout.write(JSON.stringify({ held: ${JSON.stringify(KEY)} }) + '\\n', () => process.exit(1));
      });`;
    const losses: string[] = [];
    const program = [process.execPath, '-e', script, '--'];
    const keeper = startKeeper(options({ program, restartMs: 10, onLost: (why) => losses.push(why) }));
    await keeper.hold(HPA);
    await vi.waitFor(() => expect(readFileSync(starts, 'utf8').length).toBeGreaterThan(3), 20_000);
    await keeper.close();
    expect(losses).toEqual([expect.stringContaining('exit code 1')]);
  });

  it('writes down what it could not do', async () => {
    const child = start(KEEPER_BUNDLE, 'keeper', '--kubeconfig', AGENT_BUNDLE);
    tell(child, { hold: HPA });
    // As where the agent dies before it hears the answer.
    child.stdout?.destroy();
    child.stdin?.end();
    await once(child, 'exit');
    const log = readFileSync(join(directory, 'keeper.log'), 'utf8');
    expect(log).toMatch(/the agent is gone, and has left 1: autoscaler.*\n.* The kubeconfig /);
  });
});
