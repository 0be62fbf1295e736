import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEnv } from '../../rl/env/checkEnv';
import { weightedSum } from '../../rl/env/rewardTerms';
import { HEAL_RICH } from '../../tasks/heal/rich/richSpec';
import { HEAL_9 } from '../../tasks/heal/spec';
import { Random } from '../random';
import { HEALTHY } from './conditions';
import { FAULTS, type FaultName } from './faults';
import {
  createHealEnv,
  DO_NOTHING,
  DRAIN_POD,
  type HealEnv,
  RESTART_POD,
  SCALE_DOWN,
  SCALE_UP,
} from './healEnv';
import { MAX_PODS, READY, STARTING } from './pods';
import { calmEnv, wait } from './testing/builders';

/** Observations and rewards of an episode of random actions. */
function play(env: HealEnv, seed: number): number[] {
  const random = new Random(seed + 1);
  const seen: number[] = [];
  env.reset(seed);
  for (;;) {
    seen.push(...env.observation);
    const { reward, truncated } = env.step(random.below(5));
    seen.push(reward);
    if (truncated) return seen;
  }
}

const named = (env: HealEnv, name: string) =>
  env.observation[env.observationSpace.fields.findIndex((field) => field.name === name)] ?? Number.NaN;

describe('the env heal', () => {
  it.each([
    ['heal/9', 'events'],
    ['heal/9', 'averages'],
    [HEAL_RICH.name, 'events'],
    [HEAL_RICH.name, 'averages'],
  ])('keeps the contract of an env with %s and %s', (spec, detection) => {
    expect(checkEnv(createHealEnv({ spec, detection }))).toEqual([]);
  });

  it.each([HEAL_9, HEAL_RICH])('speaks $name as the live task does', ({ name, fields }) => {
    const wanted = fields.map(({ name, unit, min, max }) => ({ name, unit, min, max }));
    expect(createHealEnv({ spec: name }).observationSpace.fields).toEqual(wanted);
  });

  it('decides every 5 s with events and every 15 s with averages, over twelve minutes', () => {
    const lengthOf = (detection: string) => {
      const env = createHealEnv({ detection });
      env.reset(1);
      let steps = 1;
      const from = env.view.now;
      env.step(DO_NOTHING);
      const seconds = env.view.now - from;
      for (let over = false; !over; steps++) over = env.step(DO_NOTHING).truncated;
      return { seconds, steps };
    };
    expect(lengthOf('events')).toEqual({ seconds: 5, steps: 144 });
    expect(lengthOf('averages')).toEqual({ seconds: 15, steps: 48 });
  });

  it('pays as much for the same time, however often it decides', () => {
    const costOf = (detection: string) => {
      const env = calmEnv('delay', { detection, steps: detection === 'events' ? 60 : 20 });
      env.reset(3);
      let cost = 0;
      for (let over = false; !over; ) {
        const { reward, truncated } = env.step(DO_NOTHING);
        cost -= reward;
        over = truncated;
      }
      return cost;
    };
    expect(costOf('events')).toBeGreaterThan(1);
    expect(costOf('events')).toBeCloseTo(costOf('averages'), 0);
  });

  it('plays the same episode for the same seed, whatever was played before', () => {
    const env = createHealEnv();
    const first = play(env, 7);
    play(env, 8);
    expect(play(env, 7)).toEqual(first);
    expect(play(createHealEnv(), 7)).toEqual(first);
    expect(play(env, 9)).not.toEqual(first);
  });

  it('keeps observations within bounds, pods as many as wanted, and rewards the sum of their terms', () => {
    const env = createHealEnv();
    const { fields } = env.observationSpace;
    fc.assert(
      fc.property(
        fc.nat(2 ** 32 - 1),
        fc.array(fc.nat(4), { minLength: 144, maxLength: 144 }),
        (seed, actions) => {
          env.reset(seed);
          for (const action of actions) {
            const before = env.deployment.wanted;
            const { reverts } = env.info();
            const { reward } = env.step(action);
            for (const [index, { min, max }] of fields.entries()) {
              const value = env.observation[index] ?? Number.NaN;
              if (!(value >= min && value <= max)) throw new Error(`${fields[index]?.name} is ${value}`);
            }
            const { deployment, view, terms, rewardWeights } = env;
            expect(deployment.wanted).toBe(deployment.pods.count);
            expect(deployment.wanted).toBeGreaterThanOrEqual(1);
            expect(deployment.wanted).toBeLessThanOrEqual(MAX_PODS);
            const mayScale = action === SCALE_UP || action === SCALE_DOWN || env.info().reverts !== reverts;
            if (!mayScale) expect(deployment.wanted).toBe(before);
            expect(new Set(view.uid.subarray(0, view.count)).size).toBe(view.count);
            expect(deployment.pods.violatedShare).toBeGreaterThanOrEqual(deployment.pods.failedShare - 1e-9);
            expect(deployment.pods.violatedShare).toBeLessThanOrEqual(1 + 1e-9);
            expect(reward).toBeCloseTo(weightedSum(rewardWeights, terms, 0), 6);
            expect(terms.every((term) => term <= 0)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses options that it does not know or cannot use', () => {
    for (const options of [
      { spec: 'heal/8' },
      { detection: 'luck' },
      { scrapeSeconds: [1, 2] },
      { surprise: 1 },
      { replicas: [5, 3] },
      { lagSeconds: [0, 600] },
      { weights: { violations: -1 } },
    ]) {
      expect(() => createHealEnv(options)).toThrow('The options of the env heal are not valid');
    }
  });
});

describe('doing nothing', () => {
  const heals = (fault: FaultName, durationSeconds: number) => {
    const changes = { durationSeconds: [durationSeconds, durationSeconds], steps: 180 };
    const env = calmEnv(fault, changes);
    const infos = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      env.reset(seed);
      wait(env, 180);
      return env.info();
    });
    return infos.filter(({ mttrSeconds = 0 }) => mttrSeconds > 15).map(({ recovered }) => recovered);
  };

  // Memory that has leaked stays where it is.
  const ending = FAULTS.map(({ name }) => name).filter((name) => name !== 'memory-leak');
  it.each(ending)('is enough for %s once it has ended by itself', (fault) => {
    // Long enough for the kubelet's back-off, which goes on after the fault.
    expect(heals(fault, 120).every((recovered) => recovered === 1)).toBe(true);
  });

  it.each(['delay', 'packet-loss', 'dependency'] as const)('never ends %s while it lasts', (fault) => {
    const recovered = heals(fault, 1e6);
    expect(recovered.length).toBeGreaterThan(0);
    expect(recovered.every((value) => value === 0)).toBe(true);
  });

  it('costs nothing but violations, and needs no replicas', () => {
    const env = calmEnv(null);
    env.reset(1);
    wait(env, 144);
    expect(env.info()).toMatchObject({ actions: 0, replicaHoursRatio: 1, harmfulActions: 0 });
    expect(env.info().violatedShare).toBeLessThan(0.02);
    expect(env.info()).not.toHaveProperty('mttrSeconds');
  });
});

describe('an action', () => {
  const afflicted = ({ deployment: { pods } }: HealEnv) => {
    const found: number[] = [];
    for (let pod = 0; pod < pods.count; pod++) if (pods.affliction[pod] !== 0) found.push(pod);
    return found;
  };

  it.each(['delay', 'packet-loss', 'cpu-stress', 'hung', 'pod-crash', 'oom'] as const)(
    'restarts the pod that suffers from %s, and ends its suffering',
    (fault) => {
      const env = calmEnv(fault);
      let restarted = 0;
      for (let seed = 1; seed <= 20; seed++) {
        env.reset(seed);
        // A mild one does not stand out.
        if (env.scenario.severity < 0.3) continue;
        wait(env, 15);
        const before = afflicted(env);
        const target = env.view.pods.suspect;
        if (before.length === 0 || !before.includes(target) || env.view.health === HEALTHY) continue;
        const uid = env.deployment.pods.uid[target];
        env.step(RESTART_POD);
        restarted++;
        expect(afflicted(env)).toHaveLength(before.length - 1);
        expect(env.deployment.pods.uid[target]).not.toBe(uid);
        expect(env.terms[4]).toBe(0);
        expect(env.info()).toMatchObject({ actions: 1, harmfulActions: 0, unneededActions: 0 });
      }
      expect(restarted).toBeGreaterThan(4);
    },
  );

  it('drains the pod that stands out: a replica without traffic, which returns after five minutes', () => {
    const env = calmEnv('delay');
    env.reset(3);
    wait(env, 15);
    const target = env.view.pods.worstServing;
    const routed = env.deployment.pods.routedCount();
    const wanted = env.deployment.wanted;
    env.step(DRAIN_POD);
    expect(env.deployment.pods.isRouted(target)).toBe(false);
    expect(env.deployment.pods.routedCount()).toBe(routed - 1);
    expect(env.deployment.wanted).toBe(wanted);
    expect(named(env, 'drained_count')).toBeCloseTo(0.1);
    wait(env, 60);
    expect(env.deployment.pods.isRouted(target)).toBe(true);
  });

  it('scales up by a quarter, in pods that start first, and down by the youngest one', () => {
    const env = calmEnv(null);
    env.reset(1);
    const before = env.deployment.wanted;
    const added = Math.ceil(before / 4);
    env.step(SCALE_UP);
    const { pods } = env.deployment;
    expect(env.deployment.wanted).toBe(before + added);
    expect([...pods.phase.subarray(0, before)].every((phase) => phase === READY)).toBe(true);
    wait(env, 12);
    expect([...pods.phase.subarray(0, before + added)].every((phase) => phase === READY)).toBe(true);
    expect(env.terms[3]).toBeCloseTo(-added / 3);
    wait(env, 36);
    const youngest = Math.max(...pods.createdAt.subarray(0, pods.count));
    env.step(SCALE_DOWN);
    expect(env.deployment.wanted).toBe(before + added - 1);
    const left = [...pods.createdAt.subarray(0, pods.count)].filter((at) => at === youngest);
    expect(left).toHaveLength(added - 1);
  });

  it('is none within a minute of the one before: it costs nothing, changes nothing and is counted', () => {
    const env = calmEnv(null);
    env.reset(1);
    env.step(SCALE_UP);
    const wanted = env.deployment.wanted;
    for (let look = 0; look < 11; look++) {
      env.step(SCALE_UP);
      expect(env.terms[2]).toBe(0);
      expect(env.deployment.wanted).toBe(wanted);
    }
    expect(env.info()).toMatchObject({ actions: 1, suppressedActions: 11 });
    expect(named(env, 'can_act')).toBe(1);
    env.step(SCALE_UP);
    expect(env.deployment.wanted).toBeGreaterThan(wanted);
  });

  it('is none beyond the most replicas, or below the usual number', () => {
    const env = calmEnv(null, { steps: 500 });
    env.reset(1);
    env.step(SCALE_DOWN);
    expect(env.info()).toMatchObject({ actions: 0, refusedActions: 1 });
    for (let scaled = 0; env.deployment.wanted < MAX_PODS; scaled++) {
      env.step(SCALE_UP);
      wait(env, 11);
      expect(scaled).toBeLessThan(10);
    }
    const { actions = 0 } = env.info();
    env.step(SCALE_UP);
    expect(env.info()).toMatchObject({ actions, refusedActions: 2 });
    while (env.deployment.wanted > env.scenario.baseReplicas) {
      env.step(SCALE_DOWN);
      wait(env, 11);
    }
    expect(env.info()).toMatchObject({ refusedActions: 2, harmfulActions: 0 });
  });

  it('leaves the pods of a workload that looks healthy alone, unless one stands out', () => {
    const env = calmEnv(null);
    env.reset(1);
    env.step(RESTART_POD);
    env.step(DRAIN_POD);
    expect(env.info()).toMatchObject({ actions: 0, refusedActions: 2 });
  });

  it('never takes the last ready pod', () => {
    const env = calmEnv('node-loss', { replicas: [3, 3], noFaultShare: 0 });
    env.reset(1);
    const { pods } = env.deployment;
    env.deployment.drain(0);
    env.deployment.drain(1);
    env.aim = 2;
    env.step(RESTART_POD);
    env.aim = 2;
    env.step(DRAIN_POD);
    expect(env.info()).toMatchObject({ actions: 0, refusedActions: 2 });
    expect(pods.isRouted(2)).toBe(true);
  });

  it('harms where it takes a good pod away while requests suffer, and is unneeded where nothing is wrong', () => {
    const env = calmEnv('dependency');
    env.reset(2);
    env.aim = 0;
    env.step(RESTART_POD);
    expect(env.info()).toMatchObject({ unneededActions: 1, harmfulActions: 0, unneeded: 1, harmful: 0 });
    wait(env, 18);
    env.aim = 0;
    env.step(RESTART_POD);
    expect(env.info()).toMatchObject({ unneededActions: 1, harmfulActions: 1, unneeded: 1, harmful: 1 });
  });

  it('is told with the time that it took: to see that something is wrong, to help, and to recover', () => {
    const env = calmEnv('pod-crash');
    for (let seed = 1; seed <= 10; seed++) {
      env.reset(seed);
      while (env.view.health < 2) env.step(DO_NOTHING);
      const seen = env.view.now;
      env.step(RESTART_POD);
      const { detectSeconds, helpSeconds, helpfulActions, recovered } = env.info();
      expect({ detectSeconds, helpSeconds, helpfulActions }).toEqual({
        detectSeconds: seen - 60,
        helpSeconds: seen - 60,
        helpfulActions: 1,
      });
      expect(recovered).toBeDefined();
    }
  });
});

describe('what the live gate takes back', () => {
  it('is a drain after which things got worse, and no other', () => {
    const env = calmEnv('load-surge', { utilisation: [0.6, 0.6], replicas: [3, 3] });
    const outcomes = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      env.reset(seed);
      wait(env, 11);
      env.aim = 0;
      env.step(DRAIN_POD);
      expect(env.deployment.pods.isRouted(0)).toBe(false);
      wait(env, 11);
      const { reverts, harmfulActions, harmfulUnreverted } = env.info();
      expect(env.deployment.pods.isRouted(0)).toBe(reverts === 1);
      // What is left of a harmful drain is told.
      if (reverts === 1) expect(harmfulUnreverted).toBe(0);
      return { reverts, harmfulActions };
    });
    expect(outcomes.some(({ reverts }) => reverts === 1)).toBe(true);
    const calm = calmEnv(null);
    calm.reset(1);
    calm.aim = 0;
    calm.step(DRAIN_POD);
    wait(calm, 20);
    expect(calm.info()).toMatchObject({ actions: 1, reverts: 0 });
  });
});

describe('there is no free lunch', () => {
  it('restarting one pod after another of a healthy workload never helps', () => {
    const env = calmEnv(null, { utilisation: [0.6, 0.6] });
    for (let seed = 1; seed <= 5; seed++) {
      env.reset(seed);
      wait(env, 144);
      const idle = env.info();
      env.reset(seed);
      for (let look = 0; look < 144; look++) {
        env.aim = 0;
        env.step(RESTART_POD);
      }
      expect(env.info().violatedShare).toBeGreaterThan(idle.violatedShare ?? 1);
      expect(env.info().replicaHoursRatio).toBe(1);
    }
  });

  it('a new pod has to start before it serves, and does so cold', () => {
    const env = calmEnv(null, { startupSeconds: [30, 30] });
    env.reset(1);
    env.aim = 0;
    env.step(RESTART_POD);
    expect(env.deployment.pods.phase[0]).toBe(STARTING);
    expect(env.deployment.pods.routedCount()).toBe(env.deployment.wanted - 1);
  });

  it('replicas beyond the usual number cost in each interval and in replica hours', () => {
    const env = calmEnv(null);
    env.reset(1);
    env.step(SCALE_UP);
    const extra = env.deployment.wanted - env.scenario.baseReplicas;
    wait(env, 10);
    expect(env.terms[3]).toBeCloseTo(-extra / 3);
    expect(env.objective).toBeLessThan((-0.015 * extra) / 3 + 1e-6);
    expect(env.info().replicaHoursRatio).toBeGreaterThan(1);
  });
});
