import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, fresh } from '../../../../test/support/builders';
import { aLearnedScale } from '../../../../test/support/learnedScale';
import type { Workload } from '../../../cluster/snapshot';
import type { TunedRule } from '../../../config/scaleRule';
import { noLoad } from '../../../metrics/loadReadings';
import { anAutoscaler, cpuMetric } from '../../../safety/testing/autoscalers';
import { CHECKOUT_ID } from '../../../safety/testing/fakeWorld';
import { ScalingWorld } from './testing/scalingWorld';

/** It needs about seven pods. */
const BUSY = 100;

async function takenOver(mode: 'approve' | 'auto' = 'approve'): Promise<ScalingWorld> {
  const world = await ScalingWorld.started(mode);
  await world.takeOver();
  await world.steps(1);
  expect(world.how).toBe('own');
  return world;
}

describe('a scaler in shadow', () => {
  it('says what it would do, each 15 s, and does nothing', async () => {
    const world = await ScalingWorld.started();
    world.rate = BUSY;
    await world.steps(8);
    expect(world.points).toHaveLength(11);
    const times = world.points.map(({ atMs }) => atMs);
    expect(new Set(times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)))).toEqual(
      new Set([15_000]),
    );
    expect(world.state).toMatchObject({ steering: 'shadow', problem: null, handedBack: null });
    expect(world.state.status).toMatch(/^would scale 3 → \d+: load \d+\.\d pods/);
    expect(world.cluster.writes()).toEqual([]);
    const point = world.points.at(-1);
    expect(point?.policyReplicas).toBeGreaterThan(5);
    expect(point?.hpaReplicas).toBe(3);
    expect(point?.demandPods).toBeCloseTo(5, 0);
    const { reward, rewardTerms = {} } = point ?? {};
    expect(Object.values(rewardTerms).reduce((sum, term) => sum + term, 0)).toBeCloseTo(reward ?? Number.NaN);
  });

  it('journals what it would do when it changes its mind, with the terms of both rewards', async () => {
    const world = await ScalingWorld.started();
    world.rate = BUSY;
    await world.steps(6);
    world.rate = 20;
    await world.steps(20);
    const decisions = world.events('decision');
    expect(decisions.map(({ task, action }) => [task, action.kind])).toEqual(
      decisions.map(() => ['scale', 'scale']),
    );
    expect(decisions.length).toBeGreaterThan(0);
    expect(decisions.length).toBeLessThan(6);
    expect(decisions[0]?.observation).toHaveLength(36);
    expect(Object.keys(decisions[0]?.rewardTerms ?? {})).toContain('seed: latency');
    expect(Object.keys(decisions[0]?.rewardTerms ?? {})).toContain('slo-cost: violations');
  });

  it('says so where nothing can be decided, and does nothing', async () => {
    const cases: [string, (world: ScalingWorld) => unknown, RegExp][] = [
      ['no metrics', (world) => Object.assign(world.measured, noLoad('no Prometheus')), /no Prometheus/],
      [
        'a number that is none',
        (world) => Object.assign(world.measured, { errorRate: fresh(Number.NaN) }),
        /cannot be/,
      ],
      [
        'a negative number',
        (world) => Object.assign(world.measured, { requestsPerSecond: fresh(-1) }),
        /cannot be/,
      ],
      [
        'no requests on the pods',
        (world) => world.put({ cpuLimitCores: null, cpuRequestCores: null }),
        /requests.cpu/,
      ],
      [
        'a silent API server',
        (world) => Object.assign(world.outside, { silentMs: 600_000 }),
        /silent for 10 min/,
      ],
      ['scaled to zero', (world) => world.put({ desiredReplicas: 0 }), /left to people/],
      ['contradicting bounds', (world) => world.config({ minReplicas: 20 }), /at least 20 and at most 10/],
    ];
    for (const [name, change, problem] of cases) {
      const world = await ScalingWorld.started();
      change(world);
      await world.steps(2);
      expect([name, world.state.problem]).toEqual([name, expect.stringMatching(problem)]);
      expect(world.points.at(-1)).toMatchObject({ policyReplicas: null, demandPods: null });
      expect(world.cluster.writes()).toEqual([]);
    }
  });
});

describe('a take-over', () => {
  it('waits for a person in mode approve, with what it changes', async () => {
    const world = await ScalingWorld.started();
    const { proposal } = await world.takeOver('own', false);
    expect(proposal).toMatchObject({
      task: 'scale',
      action: { kind: 'take-over' },
      state: { kind: 'pending' },
    });
    expect(proposal?.reason).toContain('within 2 to 10 replicas');
    expect(proposal?.change.before).toContain('averageUtilization: 70');
    expect(proposal?.change.after).toContain('averageUtilization: 90');
    await world.gate.approve(proposal?.id ?? '', 'bob');
    expect(world.how).toBe('own');
    await world.steps(1);
    expect(world.state).toMatchObject({
      steering: 'own',
      autoscalers: [{ handover: { how: 'own', ours: true } }],
    });
  });

  it('is done at once for a person who has confirmed it, and each step after it needs no further yes', async () => {
    const world = await takenOver();
    world.rate = BUSY;
    await world.steps(4);
    expect(world.workload.desiredReplicas).toBeGreaterThan(3);
    expect(world.pending).toBeUndefined();
    expect(world.events('decision').at(-1)?.trigger).toBe('step');
  });

  it('happens by itself in mode auto where the config says so, and waits for a yes in mode approve', async () => {
    for (const [mode, how] of [
      ['auto', 'own'],
      ['approve', null],
    ] as const) {
      const world = await ScalingWorld.started(mode);
      world.config({ steering: 'own' });
      await world.steps(2);
      expect([mode, world.how]).toEqual([mode, how]);
      expect(world.pending?.action.kind).toBe(how === null ? 'take-over' : undefined);
    }
  });

  it('is refused with the reason where it cannot be', async () => {
    const cases: [Partial<Workload>, RegExp][] = [
      [{ autoscalers: [] }, /no autoscaler .*/],
      [
        { autoscalers: [anAutoscaler(), anAutoscaler({ name: 'other', uid: 'uid-2' })] },
        /HPA checkout and HPA other/,
      ],
      [{ owners: [{ kind: 'argo-cd', name: 'shop', owns: 'object' }] }, /Argo CD shop owns it/],
      [{ autoscalers: [anAutoscaler({ handover: 'broken' })] }, /cannot be read/],
    ];
    for (const [workload, message] of cases) {
      const world = await ScalingWorld.started('approve', workload);
      await expect(world.takeOver()).rejects.toThrow(message);
      expect(world.cluster.writes()).toEqual([]);
    }
    const observing = await ScalingWorld.started('observe');
    await expect(observing.takeOver()).rejects.toThrow(/mode observe/);
    const paused = await ScalingWorld.started();
    paused.gate.pause('ada');
    await expect(paused.takeOver()).rejects.toThrow(/paused by ada/);
    const blind = await ScalingWorld.started();
    Object.assign(blind.measured, noLoad('no Prometheus'));
    await blind.steps(1);
    await expect(blind.takeOver()).rejects.toThrow(/no Prometheus/);
    const unlisted = await ScalingWorld.started();
    unlisted.outside.settings = { ...unlisted.outside.settings, namespaces: [] };
    await expect(unlisted.takeOver()).rejects.toThrow(/not listed/);
  });

  it('is asked for again only after a while where a person has said no', async () => {
    const world = await ScalingWorld.started();
    world.config({ steering: 'own' });
    await world.steps(1);
    world.gate.reject(world.pending?.id ?? '', 'bob');
    await world.steps(20);
    expect(world.pending).toBeUndefined();
    await world.steps(25);
    expect(world.pending?.action.kind).toBe('take-over');
  });

  it('by advice moves the minimum of the HPA, which goes on scaling', async () => {
    const world = await ScalingWorld.started();
    world.rate = BUSY;
    await world.steps(4);
    await world.takeOver('advise');
    await world.steps(6);
    expect(world.how).toBe('advise');
    expect(world.hpa.minReplicas).toBeGreaterThan(3);
    expect(world.hpa.metrics).toEqual([cpuMetric(70)]);
    expect(world.workload.desiredReplicas).toBe(3);
    await world.scaling.handBack({ workloadId: CHECKOUT_ID }, 'ada');
    expect(world.hpa.minReplicas).toBe(2);
  });
});

describe('a scaler that owns the replicas', () => {
  it('keeps to the pods per minute and the cool-downs, so that the guard has nothing to deny', async () => {
    const world = await takenOver();
    world.config({ podsUpPerMinute: 2 });
    world.rate = 160;
    const counts: number[] = [];
    for (let step = 0; step < 16; step++) {
      await world.steps(1);
      counts.push(world.workload.desiredReplicas);
    }
    for (let step = 4; step < counts.length; step++) {
      expect((counts[step] ?? 0) - (counts[step - 4] ?? 0)).toBeLessThanOrEqual(2);
    }
    expect(counts.at(-1)).toBeGreaterThan(8);
    world.rate = 20;
    await world.steps(40);
    expect(world.workload.desiredReplicas).toBeLessThan(5);
    expect(world.events('verdict').filter(({ verdict }) => verdict.outcome === 'deny')).toEqual([]);
  });

  it('takes none away while an incident is open, a fault runs, or a rollout goes; and adds where it is needed', async () => {
    const troubles: [(world: ScalingWorld) => unknown, RegExp][] = [
      [(world) => Object.assign(world.outside, { incident: true }), /an incident is open/],
      [(world) => Object.assign(world, { fault: 'pod-kill' }), /fault pod-kill runs/],
      [(world) => world.put({ rollingOut: true }), /a rollout is in progress/],
    ];
    for (const [trouble, text] of troubles) {
      const world = await takenOver();
      world.rate = BUSY;
      await world.steps(12);
      const { desiredReplicas } = world.workload;
      trouble(world);
      world.rate = 10;
      await world.steps(30);
      expect(world.workload.desiredReplicas).toBe(desiredReplicas);
      expect(world.state.status).toMatch(text);
    }
  });

  it('adds no more where pods stay pending, and says why', async () => {
    const world = await takenOver();
    world.isFull = true;
    world.rate = BUSY;
    await world.steps(2);
    const wanted = world.workload.desiredReplicas;
    expect(wanted).toBeGreaterThan(3);
    const pending = [1, 2].map((index) =>
      aPod(`new-${index}`, {
        phase: 'Pending',
        node: null,
        ready: false,
        createdAtMs: world.clock.nowMs() - 20_000,
      }),
    );
    const event = {
      ...{ atMs: world.clock.nowMs(), type: 'Warning', reason: 'FailedScheduling', object: 'new-1' },
      message: '0/3 nodes are available: 3 Insufficient cpu.',
    };
    world.put({ pods: [...world.workload.pods, ...pending], events: [event] });
    await world.steps(5);
    expect(world.workload.desiredReplicas).toBe(wanted);
    expect(world.state.status).toContain('2 pods pending: Insufficient cpu');
  });

  it('hands back after three steps without data, and tries again when the breaker lets it', async () => {
    const world = await takenOver('auto');
    Object.assign(world.measured, noLoad('Prometheus does not answer'));
    await world.steps(2);
    expect(world.how).toBe('own');
    await world.steps(1);
    expect(world.how).toBeNull();
    expect(world.hpa.metrics).toEqual([cpuMetric(70)]);
    expect(world.state.handedBack).toMatchObject({
      why: expect.stringContaining('Prometheus does not answer'),
      retryAtMs: expect.any(Number),
    });
    expect(world.events('handover').map(({ how }) => how)).toEqual(['own', 'handed-back']);
    world.measured = {};
    await world.steps(20);
    expect(world.how).toBeNull();
    await world.steps(25);
    expect(world.how).toBe('own');
  });

  it('hands back what it may not steer any more, and says why', async () => {
    const second = anAutoscaler({ name: 'other', uid: 'uid-2' });
    const cases: [(world: ScalingWorld) => unknown, RegExp][] = [
      [(world) => world.put({ autoscalers: [world.hpa, second] }), /HPA checkout and HPA other/],
      [
        (world) => world.put({ owners: [{ kind: 'flux', name: 'shop', owns: 'object' }] }),
        /Flux shop owns it/,
      ],
      [
        (world) => world.put({ autoscalers: [{ ...world.hpa, metrics: [cpuMetric(50)] }] }),
        /somebody has changed/,
      ],
      [(world) => world.config({ steering: 'own' }), /^$/],
      [(world) => world.gate.setMode('observe', 'ada', false), /observe/],
      [(world) => world.gate.pause('ada'), /paused/],
      [(world) => world.gate.emergencyStop('ada'), /stop/],
    ];
    for (const [change, why] of cases) {
      const world = await takenOver();
      change(world);
      world.changed();
      await world.steps(1);
      if (why.source === '^$') {
        expect(world.how).toBe('own');
        continue;
      }
      expect([why.source, world.how]).toEqual([why.source, null]);
      expect(world.state.handedBack?.why).toMatch(why);
      expect(world.errors).toEqual([]);
    }
  });

  it('does not take over again at once from somebody who has changed the HPA', async () => {
    const world = await takenOver('auto');
    world.put({ autoscalers: [{ ...world.hpa, metrics: [cpuMetric(50)] }] });
    await world.steps(60);
    expect(world.how).toBeNull();
    expect(world.hpa.metrics).toEqual([cpuMetric(50)]);
  });

  it('hands back to a person, to the config, and at its end', async () => {
    const ends: ((world: ScalingWorld) => unknown)[] = [
      (world) => world.scaling.handBack({ workloadId: CHECKOUT_ID }, 'bob'),
      (world) => world.scaling.setScaling({ workloadId: CHECKOUT_ID, steering: 'shadow' }, 'bob'),
      (world) => world.scaling.close('the agent ends'),
      (world) => {
        world.config({ steering: 'advise' });
        world.config({ steering: 'shadow' });
      },
    ];
    for (const end of ends) {
      const world = await takenOver();
      await end(world);
      await world.steps(1);
      expect(world.how).toBeNull();
    }
  });

  it('does not say that a workload has its HPA back that nobody knows', async () => {
    const world = await ScalingWorld.started();
    await expect(
      world.scaling.handBack({ workloadId: 'shop/Deployment/chekout' }, 'bob'),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('hands back when its workload was made anew, or is gone', async () => {
    const anew = await takenOver();
    anew.put({ uid: 'uid-anew' });
    anew.changed();
    await anew.steps(1);
    expect(anew.how).toBeNull();
    const gone = await takenOver();
    const hpa = gone.hpa;
    gone.cluster.remove(CHECKOUT_ID);
    gone.changed();
    expect(gone.changes.at(-1)).toEqual({ kind: 'scaling-gone', id: CHECKOUT_ID });
    gone.cluster.put(aWorkload([], { autoscalers: [hpa], uid: 'uid-later' }));
    gone.changed();
    await gone.steps(1);
    expect(gone.how).toBeNull();
  });

  it('is off and shown no more where a person has said so', async () => {
    const world = await takenOver();
    const { scaling } = await world.scaling.setScaling({ workloadId: CHECKOUT_ID, steering: 'off' }, 'ada');
    expect(scaling).toBeNull();
    expect(world.how).toBeNull();
    const points = world.points.length;
    await world.steps(3);
    expect(world.points).toHaveLength(points);
  });
});

describe('a learned scaler', () => {
  it('steers with its own changes, and leaves to the rule what it has never seen or is unsure of', async () => {
    const world = await ScalingWorld.started();
    world.learned = aLearnedScale({ 2: 0.9 });
    world.scaling.policySwitched();
    await world.steps(1);
    expect(world.state).toMatchObject({ policy: { name: 'learned', version: 'scale/3' } });
    expect(world.state.status).toContain('would scale 3 → 5');
    world.learned = aLearnedScale({ 2: 0.45, 1: 0.15 }, { version: 'scale/4' });
    world.scaling.policySwitched();
    await world.steps(1);
    expect(world.state.status).toContain('predictive 1 in place of scale/4, which is unsure (0.60');
    world.learned = aLearnedScale({ 2: 0.9 }, { version: 'scale/5', unusualness: () => 7 });
    world.scaling.policySwitched();
    await world.steps(1);
    expect(world.state.status).toContain('has seen nothing like this (7.0');
    world.learned = aLearnedScale(
      {},
      {
        version: 'scale/6',
        probabilities: () => {
          throw new Error('out of memory');
        },
      },
    );
    world.scaling.policySwitched();
    await world.steps(1);
    expect(world.state.status).toContain('could not decide: out of memory');
  });

  it('keeps the pods where no direction stands out by its margin, however unsure that is', async () => {
    const world = await ScalingWorld.started();
    world.learned = aLearnedScale({ 2: 0.6 }, { idleMargin: 1 });
    world.scaling.policySwitched();
    await world.steps(1);
    expect(world.state.status).toContain('scale/3 would keep the pods');
  });

  it('that is out of its depth for five minutes gives the HPA back', async () => {
    const world = await ScalingWorld.started();
    world.learned = aLearnedScale({}, { unusualness: () => 7 });
    world.scaling.policySwitched();
    await world.takeOver();
    await world.steps(18);
    expect(world.how).toBe('own');
    await world.steps(5);
    expect(world.how).toBeNull();
    expect(world.state.handedBack?.why).toContain('out of its depth');
  });

  it('decides beside the one that steers, and what it would have used is told', async () => {
    const world = await ScalingWorld.started();
    world.stored['scale/9'] = aLearnedScale({ 1: 0.9 }, { version: 'scale/9' });
    world.config({ shadowPolicy: 'scale/9' });
    await world.steps(40);
    expect(world.state.shadow).toEqual({
      policy: 'scale/9',
      text: expect.stringMatching(
        /scale\/9 would have used .* pod-hours .* in \d+ min, with as many minutes of overload/,
      ),
    });
    world.config({ shadowPolicy: 'scale/8' });
    await world.steps(1);
    expect(world.state.shadow?.text).toContain('there is no scale/8');
  });
});

describe('the price of a violation', () => {
  it('counts from the next step on, and is journaled once', async () => {
    const world = await ScalingWorld.started();
    world.rate = 50;
    await world.steps(4);
    const before = world.points.at(-1)?.policyReplicas ?? 0;
    const set = (violationPrice: number) =>
      world.scaling.setViolationPrice({ workloadId: CHECKOUT_ID, violationPrice }, 'ada');
    set(100);
    set(100);
    expect(world.events('price-changed')).toHaveLength(1);
    await world.steps(1);
    expect(world.points.at(-1)?.policyReplicas).toBeGreaterThan(before);
  });
});

describe('a rule of the workload’s own', () => {
  const withRule = (world: ScalingWorld, rule: TunedRule | undefined) => {
    const scale = rule ? { rule } : {};
    const workloads = { 'shop/checkout': { observeOnly: false, scale } };
    world.outside.settings = { ...world.outside.settings, workloads };
    world.scaling.configChanged();
  };
  const tuned = (target: number): TunedRule => ({
    ...{ kind: 'quantile', quantile: 95, target, safety: 0, downWindow: 60_000 },
  });

  it('decides in place of the one for all, and counts anew from each change of its settings on', async () => {
    const world = await ScalingWorld.started();
    world.rate = 60;
    await world.steps(4);
    withRule(world, tuned(0.9));
    await world.steps(8);
    const at90 = world.state;
    const podsAt90 = world.points.at(-1)?.policyReplicas ?? 0;
    expect(at90.policy).toMatchObject({
      name: 'quantile tuned',
      version: '(quantile 95, target 0.9, safety 0, downWindow 60s)',
    });
    withRule(world, tuned(0.3));
    await world.steps(1);
    expect(world.state.policy.version).toContain('target 0.3');
    expect(world.state.policy.sinceMs).toBeGreaterThan(at90.policy.sinceMs);
    expect(world.points.at(-1)?.policyReplicas).toBeGreaterThan(podsAt90);
    const { sinceMs } = world.state.policy;
    withRule(world, tuned(0.3));
    await world.steps(1);
    expect(world.state.policy.sinceMs).toBe(sinceMs);
    withRule(world, undefined);
    await world.steps(1);
    expect(world.state.policy).toMatchObject({ name: 'predictive', version: '1' });
  });

  it('is what a learned policy falls back to, also after a change', async () => {
    const world = await ScalingWorld.started();
    world.learned = aLearnedScale({ 2: 0.45, 1: 0.15 });
    withRule(world, tuned(0.9));
    await world.steps(1);
    expect(world.state.status).toContain(
      'quantile tuned (quantile 95, target 0.9, safety 0, downWindow 60s) in place of',
    );
    withRule(world, tuned(0.8));
    await world.steps(1);
    expect(world.state.status).toContain('quantile tuned (quantile 95, target 0.8');
  });
});
