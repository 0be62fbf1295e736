import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExperimentRun } from '../../agent/protocol';
import { type Finished, runCli, startCli } from '../support/cli';
import { ChaosFixture } from './chaosFixture';

const KILL = `name: kill
fault: { kind: pod-kill }
duration: 1m
steadyState:
  recoverWithin: 5m
  probes:
    - { name: replicas are ready, kubernetes: missingReplicas, atMost: 0 }
`;
const LONG = 'name: long\nfault: { kind: network-delay }\nduration: 1h\n';

describe('coxswain chaos', () => {
  let fixture: ChaosFixture;
  beforeEach(async () => {
    fixture = await ChaosFixture.open();
    mkdirSync(join(fixture.directory, 'files'));
    for (const [name, text] of Object.entries({ kill: KILL, long: LONG, bad: 'name: bad\n' })) {
      writeFileSync(file(name), text);
    }
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
  });
  afterEach(() => fixture.close());

  const file = (name: string) => join(fixture.directory, 'files', `${name}.yaml`);
  const chaos = (...args: string[]): Promise<Finished> =>
    runCli(['chaos', ...args, '--state-dir', fixture.directory]);

  it('runs an experiment to its verdict, which is its exit code, and shows its journal', async () => {
    const target = ['--workload', 'shop/checkout', '--provider', 'native'];
    const checked = await chaos('verify', file('kill'), ...target);
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('It can be run') });
    const run = await chaos('run', file('kill'), ...target);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('effect confirmed');
    const [, id = ''] = /(kill-[0-9a-f]+): passed, resilience 100/.exec(run.stdout) ?? [];
    const shown = await chaos('show', id);
    expect(ExperimentRun.parse(JSON.parse(shown.stdout))).toMatchObject({
      id,
      verdict: 'passed',
      path: file('kill'),
    });
    expect((await chaos('runs')).stdout).toContain(id);
    expect((await chaos('list')).stdout).toContain('pod-kill');
  });

  it('ends the fault on Ctrl-C before it ends itself', async () => {
    const args = ['chaos', 'run', file('long'), '--workload', 'shop/checkout', '-o', 'json'];
    const running = startCli([...args, '--state-dir', fixture.directory]);
    await vi.waitFor(() => expect(running.stderr).toContain('injected'), 30_000);
    const { code, stdout } = await running.kill('SIGINT');
    expect(code).toBe(20);
    expect(ExperimentRun.parse(JSON.parse(stdout))).toMatchObject({ verdict: 'aborted', phase: 'finished' });
    expect(await fixture.leftovers()).toEqual([]);
  });

  it('begins without waiting, and stops what runs', async () => {
    const begun = await chaos('run', file('long'), '--workload', 'shop/cart', '--no-wait');
    expect(begun.stdout).toMatch(/^long-[0-9a-f]+ has begun\n$/);
    await fixture.until(() => expect(fixture.agent.snapshot().runs.at(-1)?.injectedAtMs).not.toBeNull());
    expect(await chaos('stop')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('its fault is over'),
    });
    await fixture.untilClean();
    expect((await chaos('stop', '--all')).stdout).toMatch(/nothing runs|its fault is over/);
  });

  it('says what is wrong, with the exit code of the error', async () => {
    const wrong: [args: string[], code: number, says: string][] = [
      [['run', 'nothing'], 1, 'There is no experiment nothing'],
      [['run', file('bad')], 3, 'expected exactly one of fault and workflow'],
      [['run', file('kill')], 2, 'names no target'],
      [['run', file('kill'), '--workload', 'checkout'], 2, 'is not a workload'],
      [['show', 'nothing'], 1, 'There is no run nothing'],
      [['pause', 'shop/networkchaos/none'], 1, 'There is no fault'],
    ];
    for (const [args, code, says] of wrong) {
      const finished = await chaos(...args);
      expect(finished.stderr, args.join(' ')).toContain(says);
      expect(finished.code, args.join(' ')).toBe(code);
    }
  });

  it('renders a file for a chaos tool without any cluster', async () => {
    const render = (...args: string[]) => runCli(['chaos', 'render', file('kill'), ...args]);
    const mesh = await render(
      '--provider',
      'chaos-mesh',
      '--workload',
      'shop/checkout',
      '--labels',
      'app=x,tier=web',
    );
    expect(mesh).toMatchObject({ code: 0, stderr: '' });
    expect(mesh.stdout).toContain('kind: PodChaos');
    expect(mesh.stdout).toContain('tier: web');
    expect((await render('--provider', 'litmus', '--workload', 'shop/checkout')).stdout).toContain(
      'kind: ChaosEngine',
    );
    expect(await render('--provider', 'native')).toMatchObject({ code: 2 });
    expect(await render('--provider', 'litmus')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('names no target'),
    });
  });
});
