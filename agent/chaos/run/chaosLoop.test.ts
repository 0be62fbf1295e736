import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fakeClock';
import { type Config, DEFAULT_CONFIG } from '../../config/schema';
import type { ChaosSchedule, Control, Mode } from '../../protocol';
import { ChaosLoop } from './chaosLoop';

let clock: FakeClock;
let ran: string[];
let told: ChaosSchedule[];
let settings: Config['chaos'];
let state: { mode: Mode; control: Control };
let objection: string | null;
let random: number;

beforeEach(() => {
  clock = new FakeClock();
  ran = [];
  told = [];
  const schedule = { enabled: true, every: 300_000, jitter: 60_000, experiments: ['a', 'b'] };
  settings = { ...DEFAULT_CONFIG.chaos, schedule };
  state = { mode: 'approve', control: { kind: 'running' } };
  objection = null;
  random = 0.5;
});

function started(): ChaosLoop {
  const loop = new ChaosLoop({
    clock,
    settings: () => settings,
    state: () => state,
    random: () => random,
    objection: async () => objection,
    run: async (experiment) => {
      ran.push(experiment);
    },
    publish: (schedule) => told.push(schedule),
  });
  loop.configChanged();
  return loop;
}

const withSchedule = (changes: Partial<Config['chaos']['schedule']>) => {
  settings = { ...settings, schedule: { ...settings.schedule, ...changes } };
};

describe('the chaos loop', () => {
  it('is off unless somebody switches it on', async () => {
    settings = DEFAULT_CONFIG.chaos;
    const loop = started();
    await clock.advance(3_600_000);
    expect(loop.state).toEqual({ enabled: false, nextAtMs: null, text: '' });
    expect(ran).toEqual([]);
  });

  it('runs one of its experiments every now and then, and tells when', async () => {
    const startMs = clock.nowMs();
    const loop = started();
    expect(loop.state.nextAtMs).toBe(startMs + 330_000);
    await clock.advance(330_000);
    expect(ran).toEqual(['b']);
    expect(loop.state).toEqual({ enabled: true, nextAtMs: startMs + 660_000, text: 'ran b' });
    random = 0;
    await clock.advance(330_000);
    expect(ran).toEqual(['b', 'a']);
    expect(loop.state.nextAtMs).toBe(startMs + 660_000 + 300_000);
    expect(told).toHaveLength(3);
  });

  const skips: [name: string, change: () => void, text: string][] = [
    [
      'in mode observe',
      () => {
        state = { ...state, mode: 'observe' };
      },
      'left out: mode observe never writes',
    ],
    [
      'while paused',
      () => {
        state = { ...state, control: { kind: 'paused', by: 'ada', atMs: 0 } };
      },
      'left out: Coxswain is paused by ada',
    ],
    [
      'when the guard objects',
      () => {
        objection = 'shop/checkout has an open incident (fault-limit)';
      },
      'left out: b: shop/checkout has an open incident (fault-limit)',
    ],
    [
      'without experiments',
      () => withSchedule({ experiments: [] }),
      'left out: `chaos.schedule.experiments` names none',
    ],
  ];
  it.each(skips)('leaves a turn out %s, and says why', async (_, change, text) => {
    change();
    const loop = started();
    await clock.advance(330_000);
    expect(ran).toEqual([]);
    expect(loop.state.text).toBe(text);
    expect(loop.state.nextAtMs).toBe(clock.nowMs() + 330_000);
  });

  it('goes on after a run that could not be begun', async () => {
    const loop = started();
    const { experiments } = settings.schedule;
    withSchedule({ experiments });
    objection = null;
    const failing = new ChaosLoop({
      clock,
      settings: () => settings,
      state: () => state,
      random: () => 0,
      objection: async () => {
        throw new Error('no such experiment');
      },
      run: async () => undefined,
      publish: () => undefined,
    });
    loop.stop();
    failing.configChanged();
    await clock.advance(300_000);
    expect(failing.state).toMatchObject({ enabled: true, text: 'left out: a: no such experiment' });
  });

  it('plans anew where the settings have changed, and only then', async () => {
    const loop = started();
    await clock.advance(100_000);
    loop.configChanged();
    expect(told).toHaveLength(1);
    withSchedule({ every: 60_000, jitter: 0 });
    loop.configChanged();
    expect(loop.state.nextAtMs).toBe(clock.nowMs() + 60_000);
    withSchedule({ enabled: false });
    loop.configChanged();
    await clock.advance(3_600_000);
    expect(ran).toEqual([]);
    expect(loop.state).toMatchObject({ enabled: false, nextAtMs: null });
  });

  it('ends with its session', async () => {
    const loop = started();
    loop.stop();
    await clock.advance(3_600_000);
    expect(ran).toEqual([]);
  });
});
