import { beforeEach, describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../../test/support/builders';
import { CoxswainError, type ExperimentRun } from '../../protocol';
import { Experiment } from '../experiment/experiment';
import { ExperimentRunner } from './experimentRunner';
import { RunWorld } from './testing/runWorld';

const PROBE = { kubernetes: 'missingReplicas', atMost: 0 };
const NOBODY = { name: 'nobody is ready', ...PROBE };
const ORDER = {
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

let world: RunWorld;
beforeEach(() => {
  world = new RunWorld();
  world.onInject = () => {
    world.setFault('running');
    world.cpu = 0.98;
  };
});

function runnerOf(changes: object = {}): ExperimentRunner {
  const steadyState = { recoverWithin: '60s', probes: [{ name: 'always', during: true, ...PROBE }] };
  const known = { name: 'x', fault: { kind: 'cpu-stress' }, duration: '60s', steadyState };
  return new ExperimentRunner(Experiment.parse({ ...known, ...changes }), ORDER, world);
}

/** Lets a run go on until it is finished, second by second. @param each what happens in a second since the begin */
async function finish(
  runner: ExperimentRunner,
  each: (second: number) => void = () => undefined,
): Promise<ExperimentRun> {
  const end = runner.start();
  await world.clock.advance(0);
  for (let second = 0; second < 900 && runner.run.phase !== 'finished'; second += 1) {
    each(second);
    await world.clock.advance(1000);
  }
  return end;
}

describe('a run claims no more than it has seen', () => {
  it('where a probe has no data any more while the fault lasts', async () => {
    const run = await finish(runnerOf(), (second) => {
      world.outcomes = second > 5 && world.there ? { always: 'no-data' } : {};
    });
    expect(run).toMatchObject({
      verdict: 'inconclusive',
      text: expect.stringContaining('no data on always'),
    });
  });

  it('where a fault that is over at once shows only later', async () => {
    world.onInject = () => {
      world.setFault('ended');
      world.there = false;
      world.target = aWorkload([aPod('b'), aPod('c')]);
    };
    const run = await finish(runnerOf({ fault: { kind: 'pod-kill' } }), (second) => {
      world.outcomes = second >= 5 ? { always: 'failed' } : {};
    });
    expect(run).toMatchObject({ verdict: 'failed', effect: { verdict: 'confirmed' } });
  });

  it('where the fault could not be ended, and no watch shows it', async () => {
    world.onEnd = () => {
      throw new CoxswainError('api-unreachable', 'the API server is away', '');
    };
    const run = await finish(runnerOf(), () => {
      world.there = false;
    });
    expect(run).toMatchObject({ verdict: 'error', endedAtMs: null });
    expect(run.text).toContain('could not be ended: the API server is away');
  });
});

describe('an abort condition', () => {
  it.each([
    ['passed', 'aborted', 'its abort condition is met'],
    ['no-data', 'inconclusive', 'no data on its abort condition'],
  ] as const)('that is %s before has nothing injected', async (outcome, verdict, says) => {
    world.outcomes = { 'nobody is ready': outcome };
    const run = await finish(runnerOf({ abortWhen: [NOBODY] }));
    expect(run).toMatchObject({ verdict, faultIds: [], text: expect.stringContaining(says) });
  });

  it('that cannot be told any more has the fault ended', async () => {
    world.outcomes = { 'nobody is ready': 'failed' };
    const run = await finish(runnerOf({ abortWhen: [NOBODY], duration: '10m' }), (second) => {
      if (second === 20) world.outcomes = { 'nobody is ready': 'no-data' };
    });
    expect(run).toMatchObject({ verdict: 'inconclusive', text: expect.stringContaining('abort condition') });
    expect((run.endedAtMs ?? 0) - run.startedAtMs).toBeLessThan(60_000);
  });

  it('is looked at while the fault is only partly there', async () => {
    world.onInject = () => world.setFault('starting');
    world.outcomes = { 'nobody is ready': 'failed' };
    const run = await finish(runnerOf({ abortWhen: [NOBODY] }), (second) => {
      if (second === 10) world.outcomes = {};
    });
    expect(run).toMatchObject({ verdict: 'aborted' });
    expect((run.endedAtMs ?? 0) - run.startedAtMs).toBeLessThan(20_000);
  });
});

describe('a fault', () => {
  it('does not outlast its time because a probe hangs', async () => {
    const { probe } = world;
    world.probe = (each, target, when, signal) => {
      if (when !== 'during') return probe(each, target, when);
      return new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
    };
    const run = await finish(runnerOf());
    expect((run.endedAtMs ?? Number.POSITIVE_INFINITY) - run.startedAtMs).toBeLessThanOrEqual(65_000);
    expect(run.verdict).toBe('inconclusive');
  });

  it('of several steps has the time of all of them', async () => {
    const step = { fault: { kind: 'network-loss' }, duration: '40s' };
    const workflow = [step, { wait: '20s' }, step];
    const run = await finish(runnerOf({ fault: undefined, duration: '10s', workflow }));
    expect((run.endedAtMs ?? 0) - (run.injectedAtMs ?? 0)).toBeGreaterThanOrEqual(100_000);
  });

  it('is not tried again once somebody has said stop', async () => {
    const runner = runnerOf();
    let given: AbortSignal | undefined;
    world.inject = async (signal) => {
      given = signal;
      runner.stop('stopped by ada');
      throw signal.reason;
    };
    expect(await finish(runner)).toMatchObject({ verdict: 'aborted', text: 'stopped by ada.' });
    expect(given?.aborted).toBe(true);
  });
});
