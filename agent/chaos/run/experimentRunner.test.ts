import { beforeEach, describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../../test/support/builders';
import { CoxswainError, type ExperimentRun } from '../../protocol';
import { Experiment } from '../experiment/experiment';
import { ExperimentRunner } from './experimentRunner';
import { RunWorld } from './testing/runWorld';

const PROBE = { kubernetes: 'missingReplicas', atMost: 0 };
const ALWAYS = { name: 'always', during: true, ...PROBE };
const AFTER = { name: 'after', ...PROBE };

let world: RunWorld;
beforeEach(() => {
  world = new RunWorld();
});

function runnerOf(changes: object = {}): ExperimentRunner {
  const experiment = Experiment.parse({
    name: 'x',
    fault: { kind: 'cpu-stress' },
    duration: '60s',
    steadyState: { recoverWithin: '30s', probes: [ALWAYS, AFTER] },
    ...changes,
  });
  const order = {
    id: 'r',
    experiment: 'x',
    title: 'X',
    path: null,
    workloadId: 'shop/Deployment/checkout',
    provider: 'chaos-mesh',
    kind: 'cpu-stress',
    trigger: 'person',
    by: 'ada',
  } as const;
  return new ExperimentRunner(experiment, order, world);
}

/** Begins a run, and lets it do what it does at once. */
async function begin(runner: ExperimentRunner): Promise<{ end: Promise<ExperimentRun> }> {
  const end = runner.start();
  await world.clock.advance(0);
  return { end };
}

/** Lets a run go on until it is finished, second by second. */
async function finish(runner: ExperimentRunner): Promise<ExperimentRun> {
  const { end } = await begin(runner);
  for (let second = 0; second < 600 && runner.run.phase !== 'finished'; second += 1) {
    await world.clock.advance(1000);
  }
  return end;
}

describe('a run', () => {
  it('goes through its phases to a verdict, with everything in its journal', async () => {
    world.onInject = () => {
      world.setFault('running');
      world.cpu = 0.98;
    };
    const run = await finish(runnerOf());
    expect(run).toMatchObject({
      verdict: 'passed',
      resilienceScore: 100,
      phase: 'finished',
      effect: { verdict: 'confirmed' },
      faultIds: ['f'],
      recoveredAtMs: null,
    });
    const phases = world.changes.map(({ phase }) => phase);
    expect([...new Set(phases)]).toEqual([
      'checking',
      'injecting',
      'verifying',
      'running',
      'recovering',
      'rechecking',
      'finished',
    ]);
    const times = [run.startedAtMs, run.injectedAtMs, run.confirmedAtMs, run.endedAtMs, run.finishedAtMs];
    expect(times.map((time) => (time ?? 0) - run.startedAtMs)).toEqual([0, 0, 0, 60_000, 60_000]);
    expect(run.log.map(({ text }) => text)).toEqual([
      'the run begins, by ada',
      'the steady state holds',
      'CPU stress on 1 pod ordered',
      'CPU stress on 1 pod injected',
      'effect confirmed: CPU of a 98 %, 50 % before',
      'the fault has had its time',
      'CPU stress on 1 pod is over',
      expect.stringContaining('passed: The steady state held'),
    ]);
    expect(world.ended).toEqual(['f']);
  });

  it.each([
    ['failed', 'aborted', 'does not hold'],
    ['no-data', 'inconclusive', 'no data on'],
  ] as const)('injects nothing where the steady state is %s', async (outcome, verdict, says) => {
    world.outcomes = { after: outcome };
    const run = await finish(runnerOf());
    expect(run).toMatchObject({ verdict, injectedAtMs: null, faultIds: [] });
    expect(run.text).toContain(says);
    expect(run.text).toContain('after: what it found, expected what it expects');
    expect(world.current).toBeNull();
  });

  it('waits until the steady state has held for its time', async () => {
    const steadyState = { settle: '20s', probes: [AFTER] };
    const run = await finish(runnerOf({ steadyState }));
    expect((run.injectedAtMs ?? 0) - run.startedAtMs).toBe(20_000);
    world = new RunWorld();
    const failing = runnerOf({ steadyState });
    const { end } = await begin(failing);
    await world.clock.advance(10_000);
    world.outcomes = { after: 'failed' };
    await world.clock.advance(10_000);
    expect(await end).toMatchObject({ verdict: 'aborted', injectedAtMs: null });
  });

  it('is an error in the words of who refused where the fault cannot be injected', async () => {
    world.inject = async () => {
      throw new CoxswainError('permission-denied', 'admission webhook "no-chaos" denied the request', 'Ask.');
    };
    const run = await finish(runnerOf());
    expect(run).toMatchObject({ verdict: 'error', phase: 'finished', faultIds: [] });
    expect(run.text).toContain('admission webhook "no-chaos" denied the request');
    expect(world.ended).toEqual([]);
  });

  it('is an error where the fault never begins, and takes it away again', async () => {
    world.onInject = () => world.setFault('starting');
    world.trouble = 'no daemon on node-1';
    const run = await finish(runnerOf());
    expect(run.text).toBe('It was not injected within 60 s: no daemon on node-1.');
    expect(run.verdict).toBe('error');
    expect(world.ended).toEqual(['f']);
    world = new RunWorld();
    world.onInject = () => world.setFault('failed');
    world.trouble = 'unable to flush ip sets';
    expect(await finish(runnerOf())).toMatchObject({
      verdict: 'error',
      text: 'It could not be injected: unable to flush ip sets.',
    });
    expect(world.ended).toEqual(['f']);
  });

  it('is inconclusive where the effect does not show', async () => {
    const run = await finish(runnerOf());
    expect(run).toMatchObject({
      verdict: 'inconclusive',
      effect: { verdict: 'mismatch' },
      confirmedAtMs: null,
    });
  });

  it('goes by the effect that the experiment names', async () => {
    const effect = [{ name: 'errors', promql: 'x', atLeast: 1 }];
    expect(await finish(runnerOf({ effect }))).toMatchObject({
      effect: { verdict: 'confirmed' },
      verdict: 'passed',
    });
    world = new RunWorld();
    world.outcomes = { errors: 'no-data' };
    expect(await finish(runnerOf({ effect }))).toMatchObject({ effect: { verdict: 'inconclusive' } });
  });

  it('fails where the steady state breaks while the fault lasts, even if it comes back', async () => {
    world.onInject = () => {
      world.setFault('running');
      world.cpu = 0.98;
      world.outcomes = { always: 'failed' };
    };
    world.onEnd = () => {
      world.gone();
      world.outcomes = {};
    };
    const run = await finish(runnerOf());
    expect(run).toMatchObject({ verdict: 'failed', resilienceScore: 66.7 });
    expect(run.recoveredAtMs).toBe(run.endedAtMs);
    expect(run.text).toContain('always during the fault');
  });

  it('fails where the steady state does not come back in time, and tells when it does', async () => {
    const inject = () => {
      world.setFault('running');
      world.cpu = 0.98;
      world.outcomes = { after: 'failed' };
    };
    world.onInject = inject;
    const late = await finish(runnerOf());
    expect(late).toMatchObject({ verdict: 'failed', recoveredAtMs: null });
    expect((late.finishedAtMs ?? 0) - (late.endedAtMs ?? 0)).toBe(30_000);
    world = new RunWorld();
    world.onInject = inject;
    const runner = runnerOf();
    const { end } = await begin(runner);
    await world.clock.advance(70_000);
    world.outcomes = {};
    await world.clock.advance(10_000);
    const back = await end;
    expect(back.verdict).toBe('passed');
    expect((back.recoveredAtMs ?? 0) - (back.endedAtMs ?? 0)).toBe(15_000);
  });

  it('is ended at once when its abort condition is met', async () => {
    const abortWhen = [{ name: 'nobody is ready', ...PROBE }];
    world.outcomes = { 'nobody is ready': 'failed' };
    const runner = runnerOf({ abortWhen });
    const { end } = await begin(runner);
    await world.clock.advance(20_000);
    expect(world.ended).toEqual([]);
    world.outcomes = {};
    await world.clock.advance(5000);
    expect(world.ended).toEqual(['f']);
    expect(await end).toMatchObject({
      verdict: 'aborted',
      text: 'Ended by its abort condition: nobody is ready: what it found, expected what it expects.',
    });
  });

  it('is ended by a person at any time, and what was injected is taken back', async () => {
    for (const [atMs, injected] of [
      [5000, false],
      [40_000, true],
    ] as const) {
      world = new RunWorld();
      const runner = runnerOf({ steadyState: { settle: '20s', probes: [AFTER] } });
      const { end } = await begin(runner);
      await world.clock.advance(atMs);
      runner.stop('stopped by ada');
      await world.clock.advance(1000);
      expect(await end).toMatchObject({ verdict: 'aborted', text: 'stopped by ada.' });
      expect(world.ended).toEqual(injected ? ['f'] : []);
    }
  });

  it('is stopped while its fault is on its way, and takes it back', async () => {
    const arriving = Promise.withResolvers<void>();
    const { inject } = world;
    world.inject = async (signal) => {
      await arriving.promise;
      return inject(signal);
    };
    const runner = runnerOf();
    const { end } = await begin(runner);
    await world.clock.advance(1000);
    runner.stop('stopped by ada');
    arriving.resolve();
    await world.clock.advance(1000);
    expect(await end).toMatchObject({ verdict: 'aborted' });
    expect(world.ended).toEqual(['f']);
  });

  it('is an error where the fault cannot be ended, which names it', async () => {
    world.onEnd = () => {
      throw new CoxswainError('api-unreachable', 'the API server is away', '');
    };
    const run = await finish(runnerOf());
    expect(run).toMatchObject({ verdict: 'error', endedAtMs: null });
    expect(run.text).toContain('The fault f could not be ended: the API server is away.');
  });

  it('needs no end where the fault was over at once', async () => {
    world.onInject = () => {
      world.setFault('ended');
      world.there = false;
    };
    const experiment = { fault: { kind: 'pod-kill' } };
    const runner = runnerOf(experiment);
    const { end } = await begin(runner);
    await world.clock.advance(2000);
    world.target = aWorkload([aPod('b'), aPod('c')]);
    await world.clock.advance(40_000);
    expect(await end).toMatchObject({ verdict: 'passed', effect: { text: 'a is gone' } });
    expect(world.ended).toEqual([]);
  });

  it('goes on to its end where somebody else ends the fault', async () => {
    const runner = runnerOf();
    const { end } = await begin(runner);
    await world.clock.advance(10_000);
    world.gone();
    await world.clock.advance(30_000);
    expect((await end).finishedAtMs).toBeLessThan(world.nowMs());
    expect(world.ended).toEqual([]);
  });

  it('keeps of each probe the latest reading, and the first failure while the fault lasts', async () => {
    world.onInject = () => {
      world.setFault('running');
      world.outcomes = { always: 'failed' };
    };
    const runner = runnerOf();
    const { end } = await begin(runner);
    await world.clock.advance(10_000);
    world.outcomes = {};
    await world.clock.advance(80_000);
    const { probes } = await end;
    expect(probes.map(({ name, when, outcome }) => `${name} ${when} ${outcome}`)).toEqual([
      'always before passed',
      'after before passed',
      'always during failed',
      'always after passed',
      'after after passed',
    ]);
  });

  it('says that there is no data where the workload goes away', async () => {
    const runner = runnerOf({ effect: [{ name: 'errors', promql: 'x', atLeast: 1 }] });
    const { end } = await begin(runner);
    await world.clock.advance(10_000);
    world.target = undefined;
    await world.clock.advance(100_000);
    const run = await end;
    expect(run.verdict).toBe('inconclusive');
    expect(run.probes.at(-1)).toMatchObject({ outcome: 'no-data', found: 'the workload is gone' });
  });
});
