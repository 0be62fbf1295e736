import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { type Running, runCli, startCli } from '../support/cli';
import { startSilentServer } from '../support/silentServer';

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

describe('the CLI tells what is wrong, where, and what to do', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-cli-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const kubeconfig = (server: string, extra = '') => `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: '${server}'}}]
users: [{name: u, user: {token: secret-token}}]
${extra}`;

  interface Case {
    name: string;
    files?: Record<string, string>;
    args: string[];
    code: number;
    says: RegExp;
  }
  const agent = ['agent', '--state-dir', '@/state'];
  const cases: Case[] = [
    {
      name: 'no kubeconfig',
      args: [...agent, '--kubeconfig', '@/none'],
      code: 4,
      says: /kubeconfig-missing: .*none[\s\S]*embedded cluster/,
    },
    {
      name: 'a broken kubeconfig, with its line',
      files: { config: 'apiVersion: v1\nclusters: [\n' },
      args: [...agent, '--kubeconfig', '@/config'],
      code: 4,
      says: /kubeconfig-invalid: .*config is invalid at line \d+/,
    },
    {
      name: 'an unknown context, with the known ones',
      files: { config: kubeconfig('https://127.0.0.1:1') },
      args: [...agent, '--kubeconfig', '@/config', '--context', 'there'],
      code: 4,
      says: /context-unknown: .*there[\s\S]*here/,
    },
    {
      name: 'an API server that cannot be reached',
      files: { config: kubeconfig('https://127.0.0.1:1') },
      args: [...agent, '--kubeconfig', '@/config'],
      code: 5,
      says: /api-unreachable: .*127\.0\.0\.1:1/,
    },
    {
      name: 'a broken coxswain.yaml, with line and column',
      files: { 'coxswain.yaml': 'mode: auto\nguard:\n  maxReplica: 3\n' },
      args: [...agent, '--config', '@/coxswain.yaml'],
      code: 3,
      says: /config-invalid: .*coxswain\.yaml:3:3: unknown key "guard\.maxReplica"/,
    },
    {
      name: 'a coxswain.yaml that is not there',
      args: ['config', 'check', '@/coxswain.yaml'],
      code: 3,
      says: /config-invalid: cannot read/,
    },
    {
      name: 'an unknown command',
      args: ['dance'],
      code: 2,
      says: /^error usage: unknown command 'dance'\n {2}`coxswain --help`/,
    },
    {
      name: 'a value out of range',
      args: ['cluster', '--kubeconfig', '@/config', '--rate', '5000'],
      code: 2,
      says: /usage: .*Expected a whole number from 1 to 1000.*\n {2}`coxswain cluster --help`/,
    },
    {
      name: 'no agent to talk to',
      args: ['status', '--state-dir', '@/state'],
      code: 10,
      says: /agent-not-running: .*coxswain agent/s,
    },
    {
      name: 'no journal to verify',
      args: ['journal', 'verify', '--state-dir', '@/state'],
      code: 2,
      says: /usage: There is no journal/,
    },
    {
      name: 'a kubeconfig of somebody else in the place of the embedded cluster’s',
      files: { config: kubeconfig('https://example.com') },
      args: ['cluster', '--kubeconfig', '@/config'],
      code: 4,
      says: /kubeconfig-invalid: .*left as it is/,
    },
    {
      name: 'the same, although its parent keeps its stdin open',
      files: { config: kubeconfig('https://example.com') },
      args: ['cluster', '--kubeconfig', '@/config', '--exit-with-stdin'],
      code: 4,
      says: /kubeconfig-invalid/,
    },
    {
      name: 'a format that there is not',
      args: ['status', '--state-dir', '@/state', '-o', 'yaml'],
      code: 2,
      says: /Allowed choices are json/,
    },
    {
      name: 'a fault that there is not',
      args: ['inject', 'earthquake', 'shop/checkout', '--state-dir', '@/state'],
      code: 2,
      says: /pod-kill, .*cpu-stress/s,
    },
    {
      name: 'a workload that is none',
      args: ['inject', 'pod-kill', 'checkout', '--state-dir', '@/state'],
      code: 2,
      says: /usage: "checkout" is not a workload[\s\S]*namespace\/name/,
    },
  ];
  for (const { name, files = {}, args, code, says } of cases) {
    it(name, async () => {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
      const finished = await runCli(args.map((arg) => arg.replace('@', directory)));
      expect(finished.stderr).toMatch(says);
      expect(finished.stderr).not.toContain('secret-token');
      expect(finished.code).toBe(code);
    });
  }

  it('a port in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    writeFileSync(join(directory, 'coxswain.yaml'), '');
    const config = ['--config', join(directory, 'coxswain.yaml')];
    const args = ['--port', String(port), '--state-dir', directory, ...config];
    const asAgent = await runCli(['agent', ...args]);
    expect(asAgent.stderr).toMatch(new RegExp(`port-in-use: Port ${port}`));
    expect(asAgent.code).toBe(9);
    const asCluster = await runCli(['cluster', '--port', String(port), '--kubeconfig', join(directory, 'k')]);
    expect(asCluster.stderr).toMatch(/port-in-use/);
    expect(asCluster.code).toBe(9);
    await new Promise((resolve) => taken.close(resolve));
  });
});

describe('the agent in a terminal', () => {
  it('ends on Ctrl-C also while it connects to a server that never answers', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'coxswain-cli-'));
    const path = join(directory, 'config');
    const silent = await startSilentServer(path);
    const agent = startCli(['agent', '--kubeconfig', path, '--state-dir', directory]);
    await until(() => expect(silent.wasAsked).toBe(true));
    expect(await agent.kill('SIGINT')).toMatchObject({ code: 0, stderr: '' });
    silent.close();
    rmSync(directory, { recursive: true });
  }, 8000);
});

describe('the CLI steers a running agent', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  let agent: Running;
  const coxswain = (...args: string[]) => runCli([...args, '--state-dir', directory]);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-cli-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 20, seed: 3, demo: true });
    agent = startCli([
      'agent',
      '--kubeconfig',
      kubeconfigPath,
      '--mode',
      'approve',
      '--state-dir',
      directory,
    ]);
    await vi.waitFor(
      async () => expect((await coxswain('status')).stdout).toMatch(/shop +checkout +4\/4 +healthy/),
      { timeout: 30_000, interval: 200 },
    );
  });
  afterAll(async () => {
    expect((await agent.kill('SIGTERM')).code).toBe(0);
    await cluster.close();
    rmSync(directory, { recursive: true });
  });

  it('shows its status as a table and as JSON', async () => {
    const { stdout } = await coxswain('status');
    expect(stdout).toMatch(/connected to coxswain-embedded, mode approve, running/);
    expect(stdout).toMatch(/shop +checkout +4\/4/);
    const json = JSON.parse((await coxswain('status', '-o', 'json')).stdout);
    expect(json.mode).toBe('approve');
    expect(JSON.parse((await coxswain('proposals', '-o', 'json')).stdout)).toEqual([]);
  });

  it('injects a fault, lists the proposal, and approves it', async () => {
    // At this rate the usual two minutes are over in six seconds, which on a busy machine nobody may have looked in.
    const injected = await coxswain('inject', 'cpu-stress', 'shop/checkout', '--duration', '3600');
    expect(injected.stdout).toContain('CPU stress');
    const fault = /\((.+)\)/.exec(injected.stdout)?.[1] ?? '';
    expect((await coxswain('status')).stdout).toContain(`${fault}   CPU stress`);
    let id = '';
    await vi.waitFor(
      async () => {
        const { stdout } = await coxswain('proposals');
        id = /^(\S+) +shop\/checkout +restart pod/m.exec(stdout)?.[1] ?? '';
        expect(id).not.toBe('');
        // Between the two commands cluster minutes may pass, and another pod become the one to restart.
        const approved = await coxswain('approve', id);
        expect(approved).toMatchObject({
          stdout: expect.stringMatching(/approved: restart pod/),
          stderr: '',
        });
      },
      { timeout: 50_000, interval: 200 },
    );
    const again = await coxswain('approve', id);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('proposal-decided') });
    // The pod that replaces a stressed one is not.
    await until(() => expect(agent.stdout).toMatch(/outcome +recovered/));
  });

  it('asks for a yes before mode auto', async () => {
    const refused = await coxswain('mode', 'auto');
    expect(refused.stderr).toMatch(/confirmation-needed: .*without asking/);
    expect((await coxswain('mode', 'auto', '--yes')).stdout).toContain('mode auto');
    await coxswain('mode', 'approve');
  });

  it('ends quietly when nobody reads its output any more', async () => {
    const watching = startCli(['watch', '--state-dir', directory]);
    await until(() => expect(watching.stdout).toContain('connected'));
    watching.child.stdout?.destroy();
    await coxswain('pause');
    await coxswain('resume');
    expect(await watching.finished).toMatchObject({ code: 0, stderr: '' });
    const exporting = startCli(['journal', 'export', '--state-dir', directory]);
    exporting.child.stdout?.destroy();
    expect(await exporting.finished).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends its watching on Ctrl-C', async () => {
    const watching = startCli(['watch', '--state-dir', directory]);
    await until(() => expect(watching.stdout).toContain('connected'));
    expect(await watching.kill('SIGINT')).toMatchObject({ code: 0, stderr: '' });
  });

  it('pauses, resumes and stops', async () => {
    expect((await coxswain('pause')).stdout).toContain('paused');
    expect((await coxswain('resume')).stdout).toContain('running');
    expect((await coxswain('stop')).stdout).toContain('stopped');
    expect((await coxswain('resume')).code).toBe(1);
    expect((await coxswain('resume', '--clear-stop')).stdout).toContain('running');
  });

  it('prints logs and a diagnosis without secrets', async () => {
    expect((await coxswain('logs', 'shop/checkout', '--tail', '2')).stdout).toMatch(/^checkout-\S+ {2}/m);
    const { stdout } = await coxswain('diagnose');
    expect(stdout).toMatch(/Prometheus at/);
    expect(stdout).toMatch(/✓ .*Chaos Mesh/);
    expect(stdout).not.toMatch(/Bearer|token/);
  });

  it('verifies and exports the journal while the agent writes it', async () => {
    expect((await coxswain('journal', 'verify')).stdout).toMatch(/\d+ rows, the chain is whole/);
    const lines = (await coxswain('journal', 'export')).stdout.trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 1, event: { kind: 'agent-started' } });
  });

  it('refuses a second agent on the same journal', async () => {
    const second = await runCli([
      'agent',
      '--kubeconfig',
      join(directory, 'kubeconfig'),
      '--state-dir',
      directory,
    ]);
    expect(second).toMatchObject({ code: 7, stderr: expect.stringContaining('journal-locked') });
    expect((await coxswain('status')).code).toBe(0);
  });
});
