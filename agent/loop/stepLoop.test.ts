import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { StepLoop } from './stepLoop';

describe('the step loop', () => {
  let clock: FakeClock;
  let startMs: number;
  let ids: string[];
  let begun: [id: string, afterMs: number][];
  let errors: string[];
  let work: (id: string) => Promise<void>;
  let loop: StepLoop;
  beforeEach(() => {
    clock = new FakeClock();
    startMs = clock.nowMs();
    ids = ['a'];
    begun = [];
    errors = [];
    work = async () => undefined;
    loop = new StepLoop({
      clock,
      intervalMs: 15_000,
      ids: () => ids,
      step: (id) => {
        begun.push([id, clock.nowMs() - startMs]);
        return work(id);
      },
      onError: ({ message }) => errors.push(message),
    });
  });
  const takes = (ms: number) => () =>
    new Promise<void>((resolve) => {
      clock.schedule(ms, resolve);
    });

  it('steps at once, and then at even intervals that do not drift with what a step takes', async () => {
    work = takes(4000);
    loop.start();
    await clock.advance(60_000);
    expect(begun.map(([, atMs]) => atMs)).toEqual([0, 15_000, 30_000, 45_000, 60_000]);
  });

  it('leaves out a step while the one before is not over', async () => {
    work = takes(20_000);
    loop.start();
    await clock.advance(75_000);
    expect(begun.map(([, atMs]) => atMs)).toEqual([0, 30_000, 60_000]);
  });

  it('lets eight step at the same time, and the others after them', async () => {
    ids = Array.from({ length: 10 }, (_, index) => `w${index}`);
    work = takes(1000);
    loop.start();
    await clock.advance(500);
    expect(begun).toHaveLength(8);
    await clock.advance(1000);
    expect(begun).toHaveLength(10);
  });

  it('asks anew each time whose steps are due, goes on after an error, and tells it', async () => {
    work = async () => {
      throw new Error('no answer');
    };
    loop.start();
    await clock.advance(1000);
    ids = ['b'];
    await clock.advance(15_000);
    expect(begun.map(([id]) => id)).toEqual(['a', 'b']);
    expect(errors).toEqual(['no answer', 'no answer']);
  });

  it('does not make up for what it has slept through', async () => {
    loop.start();
    await clock.advance(1000);
    // The timer comes a minute late.
    const { nowMs } = clock;
    clock.nowMs = () => nowMs.call(clock) + 60_000;
    await clock.advance(30_000);
    expect(begun.map(([, atMs]) => atMs)).toEqual([0, 75_000, 90_000]);
  });

  it('goes on in the same step where the clock was set back by an hour', async () => {
    loop.start();
    await clock.advance(16_000);
    const { nowMs } = clock;
    clock.nowMs = () => nowMs.call(clock) - 3_600_000;
    await clock.advance(60_000);
    expect(begun).toHaveLength(6);
  });

  it('steps no more once it was stopped', async () => {
    loop.start();
    await clock.advance(1000);
    loop.stop();
    await clock.advance(60_000);
    expect(begun).toHaveLength(1);
  });
});
