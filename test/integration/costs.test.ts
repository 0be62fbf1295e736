import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { Agent } from '../../agent/server/agent';
import { type Running, runCli, startCli } from '../support/cli';

/** Cluster seconds per second. */
const RATE = 200;
const HISTORY_MINUTES = 60;
const FRONTEND = 'web/frontend';

describe('what scaling has cost', () => {
  let directory: string;
  let kubeconfig: string;
  let cluster: Running;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-costs-'));
    kubeconfig = join(directory, 'kubeconfig');
    const settings = ['--kubeconfig', kubeconfig, '--rate', String(RATE), '--seed', '3'];
    cluster = startCli(['cluster', ...settings, '--history', String(HISTORY_MINUTES)]);
    await vi.waitFor(() => expect(existsSync(kubeconfig)).toBe(true), { timeout: 20_000, interval: 50 });
    const agedBy = async () =>
      Number(rowOf((await report('--since', '3h', '--format', 'csv')).stdout).coverage) * 3 * 3600;
    await vi.waitFor(async () => expect(await agedBy()).toBeGreaterThan(HISTORY_MINUTES * 60), {
      timeout: 60_000,
      interval: 500,
    });
  }, 90_000);
  afterAll(async () => {
    await cluster.kill('SIGTERM');
    rmSync(directory, { recursive: true, force: true });
  });

  const report = (...args: string[]) =>
    runCli(['report', 'cost', '--kubeconfig', kubeconfig, '--workload', FRONTEND, ...args], {
      XDG_STATE_HOME: directory,
    });

  function rowOf(csv: string): Record<string, string> {
    const [head = '', line = ''] = csv.split('\r\n');
    const cells = line.split(',');
    return Object.fromEntries(head.split(',').map((name, index) => [name, cells[index] ?? '']));
  }

  it('is reckoned without an agent, with the replayed HPA close to the real one', async () => {
    const { stdout, stderr, code } = await report('--since', '45m', '--format', 'csv');
    expect([code, stderr]).toEqual([0, '']);
    const row = rowOf(stdout);
    expect(row).toMatchObject({ workload: 'web/Deployment/frontend', currency: 'USD', baseline: 'hpa' });
    expect(Number(row.coverage)).toBeGreaterThan(0.95);
    expect(Number(row.cost)).toBeGreaterThan(0);
    expect(Number(row.requests)).toBeGreaterThan(1000);
    expect(Number(row.cost_per_million_successful)).toBeGreaterThan(0);
    expect(Number(row.within_slo)).toBeGreaterThan(0.5);
    // The HPA of the cluster is what has scaled it: the baseline is what there was.
    const ratio = Number(row.baseline_replica_hours) / Number(row.replica_hours);
    console.info(`replayed HPA / the cluster's own HPA: ${ratio.toFixed(3)} in replica-hours`);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  it('is compared with the most replicas, and says where Prometheus remembers less', async () => {
    const { stdout } = await report('--since', '30d', '--baseline', 'fixed');
    expect(stdout).toMatch(/knows of the last [\d.]+ (hours|minutes) only, of 30\.0 days/);
    expect(stdout).toContain('less than with as many replicas all the time as at the peak');
  });

  it('is a page of its own in a file', async () => {
    const file = join(directory, 'costs.html');
    expect(await report('--since', '30m', '--format', 'html', '--output', file)).toMatchObject({
      stdout: '',
    });
    expect(readFileSync(file, 'utf8')).toMatch(/<!DOCTYPE html>[\s\S]*web\/Deployment\/frontend/);
  });

  it.each<[string, string[], RegExp]>([
    ['a workload that is none', ['--workload', 'frontend'], /"frontend" is not a workload/],
    [
      'a workload that is not there',
      ['--workload', 'web/nobody'],
      /There is no workload web\/Deployment\/nobody/,
    ],
    ['a time that is none', ['--since', 'yesterday'], /Expected a time from 1m to a year/],
    ['a config that is broken', ['--config', 'package.json'], /package\.json/],
  ])('is refused for %s', async (_what, args, message) => {
    const { stderr, stdout, code } = await report(...args);
    expect(stderr).toMatch(message);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
  });

  it('is told by the agent that runs, of all workloads of its namespaces', async () => {
    const agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: directory,
      openConfig: () => fixedConfig({ ...DEFAULT_CONFIG, namespaces: ['web', 'shop'] }),
      trusted: true,
      assetsDirectory: directory,
      log: () => undefined,
    });
    try {
      await agent.handle('connect', { kubeconfig }, 'test');
      const { report: told, text } = await agent.handle('costReport', { sinceSeconds: 1800 }, 'test');
      const names = told.rows.map(({ workload }) => workload);
      expect(names).toContain('web/Deployment/frontend');
      expect(names).toContain('shop/Deployment/checkout');
      expect(text).toContain('| web/Deployment/frontend |');
      const { stdout } = await runCli(['report', 'cost', '--since', '30m', '--state-dir', directory]);
      expect(stdout).toContain('| shop/Deployment/checkout |');
    } finally {
      await agent.close('the test is over');
    }
  });
});

describe('what another way to scale would save', () => {
  const calculate = (...args: string[]) => runCli(['savings', ...args]);

  it('is calculated over a load that has a name, against the HPA and against fixed replicas', async () => {
    const { stdout, code } = await calculate('--profile', 'gradual', '--max-replicas', '20');
    expect(code).toBe(0);
    expect(stdout).toMatch(/In place of the HPA at 70 %, the predictive rule (saves|costs)/);
    const fixed = await calculate('--profile', '5m:20,30m:40', '--replicas', '20', '--proposed', 'hpa-tuned');
    expect(fixed.stdout).toMatch(/In place of 20 replicas all the time, the tuned HPA saves/);
  });

  it('says what cannot be right', async () => {
    const { stdout } = await calculate(
      '--profile',
      'sustained',
      '--node-type',
      'm5.large',
      '--pod-capacity',
      '5',
    );
    expect(stdout).toContain('costs.nodes does not say all prices of m5.large');
    expect(stdout).toContain('is more than 30 pods of 5 serve');
  });

  it.each<[string, string[], RegExp]>([
    ['no load', [], /--profile/],
    ['a trace that is not there', ['--profile', 'nowhere.csv'], /nowhere\.csv cannot be read/],
    ['a trace that is none', ['--profile', 'package.json'], /expected the header t_seconds/],
    [
      'nothing to scale',
      ['--profile', 'spike', '--min-replicas', '9', '--max-replicas', '9'],
      /nothing to scale/,
    ],
    [
      'more replicas than there may be',
      ['--profile', 'spike', '--replicas', '100', '--max-replicas', '30'],
      /--replicas 100 is not within --min-replicas 2 and --max-replicas 30/,
    ],
    [
      'fewer replicas than there must be',
      ['--profile', 'spike', '--replicas', '1', '--min-replicas', '2'],
      /--replicas 1 is not within/,
    ],
    ['more than the simulator has room for', ['--profile', 'spike', '--max-replicas', '101'], /1 to 100/],
    ['a version that is none', ['--profile', 'spike', '--proposed', 'scale/999'], /999/],
    ['a load without requests', ['--profile', '5m:0'], /has no requests/],
  ])('is refused for %s', async (_what, args, message) => {
    const { code, stderr, stdout } = await calculate(...args);
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  });
});
