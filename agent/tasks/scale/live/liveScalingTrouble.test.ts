import { describe, expect, it } from 'vitest';
import { fresh } from '../../../../test/support/builders';
import { aLearnedScale } from '../../../../test/support/learnedScale';
import { HANDOVER } from '../../../cluster/model/handoverNote';
import { CoxswainError, type Mode } from '../../../protocol';
import { anAutoscaler, aTakenOver, cpuMetric } from '../../../safety/testing/autoscalers';
import { statusError } from '../../../safety/testing/fakeCluster';
import { CHECKOUT_ID, CONFIG } from '../../../safety/testing/fakeWorld';
import { ScalingWorld } from './testing/scalingWorld';

async function takenOver(mode: 'approve' | 'auto' = 'approve'): Promise<ScalingWorld> {
  const world = await ScalingWorld.started(mode);
  if (mode === 'auto') world.config({ steering: 'own' });
  else await world.takeOver();
  await world.steps(1);
  world.changed();
  expect(world.how).toBe('own');
  return world;
}

describe('nobody steers, so that the HPA is handed back', () => {
  it('where the journal takes no more rows', async () => {
    const world = await takenOver();
    world.outside.journal.beforeAppend = () => {
      throw new CoxswainError('disk-full', 'no room on the disk', '');
    };
    world.rate = 100;
    await world.steps(8);
    expect(world.how).toBeNull();
    expect(world.hpa.metrics).toEqual([cpuMetric(70)]);
  });

  it('where each step is denied for five minutes', async () => {
    const world = await takenOver();
    world.rate = 100;
    world.outside.allowed = ['deployments.apps', 'deployments.apps/scale'].map((resource) => ({
      ...{ verb: 'patch', resource, namespace: 'shop', allowed: false, purpose: 'scale' },
    }));
    await world.steps(15);
    expect(world.how).toBe('own');
    await world.steps(10);
    expect(world.how).toBeNull();
    expect(world.state.handedBack?.why).toContain('no permission to patch deployments');
  });

  it('where the scaler was switched off before the watches have shown the take-over', async () => {
    const world = await ScalingWorld.started('auto');
    world.config({ steering: 'own' });
    await world.clock.advance(15_000);
    expect(world.how).toBe('own');
    world.config({ steering: 'off' });
    await world.steps(1);
    expect(world.how).toBeNull();
  });

  it('where mode approve comes after a take-over that nobody has approved; that is asked for now', async () => {
    const world = await takenOver('auto');
    world.gate.setMode('approve', 'ada', true);
    await world.steps(1);
    expect(world.how).toBeNull();
    await world.steps(2);
    expect(world.pending?.action.kind).toBe('take-over');
  });

  it('but what a person has approved goes on when the mode goes from auto to approve', async () => {
    const world = await takenOver('approve');
    world.gate.setMode('auto', 'ada', true);
    world.gate.setMode('approve', 'ada', true);
    await world.steps(2);
    expect(world.how).toBe('own');
  });
});

describe('a workload that is not scaled any more', () => {
  it('while its metrics are awaited is no error', async () => {
    const world = await ScalingWorld.started();
    world.isSilent = true;
    await world.steps(1);
    world.config({ steering: 'off' });
    await world.steps(1);
    expect(world.errors).toEqual([]);
  });
});

describe('somebody who hands back by hand', () => {
  it.each(['all of it', 'the note alone'])('(%s) is not taken over again at once', async (what) => {
    const world = await takenOver('auto');
    const { [HANDOVER]: _, ...annotations } = world.hpa.annotations;
    const back = what === 'all of it' ? anAutoscaler() : { ...world.hpa, annotations, handover: null };
    world.put({ autoscalers: [{ ...back, resourceVersion: '99' }] });
    world.changed();
    for (let step = 0; step < 20; step++) {
      await world.steps(1);
      world.outside.monotonicMs = () => performance.now() + 60_000;
      await world.gate.tick();
    }
    expect([world.how, world.hpa.behavior, world.hpa.metrics]).toEqual([null, null, [cpuMetric(70)]]);
  });
});

describe('a start after an agent that has died while it steered', () => {
  const OPEN_FOR_MS = CONFIG.scale.breaker.openFor;
  const died = { kind: 'handover', workloadId: CHECKOUT_ID, how: 'handed-back', by: 'keeper' } as const;
  const why = 'the agent ended without handing it back';

  /** @param agoMs since the keeper has handed back; null where the start does */
  async function started(mode: Mode, agoMs: number | null): Promise<ScalingWorld> {
    const left = { autoscalers: [aTakenOver({}, { agent: 'agent-0' })] };
    const world = new ScalingWorld(mode, agoMs === null ? left : {});
    world.config({ steering: 'own' });
    if (agoMs !== null) {
      world.outside.journal.append({ ...died, why, autoscaler: { kind: 'hpa', name: 'checkout', uid: 'u' } });
      await world.clock.advance(agoMs);
    }
    await world.gate.settle();
    world.scaling.start();
    await world.steps(3);
    return world;
  }

  it.each([
    ['its keeper has', 60_000, why],
    ['the start itself had to', null, 'left by an agent that is gone'],
  ])('takes over by itself only after a while, where %s handed back', async (_who, agoMs, text) => {
    const world = await started('auto', agoMs);
    const atMs = world.clock.nowMs() - 45_000 - (agoMs ?? 0);
    expect(world.how).toBeNull();
    expect(world.state.handedBack).toEqual({ atMs, why: text, retryAtMs: atMs + OPEN_FOR_MS });
    await world.steps((OPEN_FOR_MS - (agoMs ?? 0)) / 15_000 - 4);
    expect(world.how).toBeNull();
    await world.steps(2);
    expect(world.how).toBe('own');
    expect(world.state.handedBack).toBeNull();
  });

  it('does so at once where that was longer ago', async () => {
    expect((await started('auto', OPEN_FOR_MS)).how).toBe('own');
  });

  it('is not held up where a person takes over, nor is what is asked in mode approve', async () => {
    const world = await started('auto', 60_000);
    await world.takeOver();
    expect(world.how).toBe('own');
    await world.steps(5);
    expect(world.state.handedBack).toBeNull();
    const asking = await started('approve', 60_000);
    expect(asking.pending?.action.kind).toBe('take-over');
    expect(asking.state.handedBack).toMatchObject({ why, retryAtMs: null });
  });

  it('waits as well where the HPA was shown, and handed back, only after the start', async () => {
    const world = new ScalingWorld('auto', { autoscalers: [aTakenOver({}, { agent: 'agent-0' })] });
    world.config({ steering: 'own' });
    const autoscaler = { kind: 'hpa', name: 'checkout', uid: 'u' } as const;
    world.outside.journal.append({ ...died, how: 'own', by: 'auto', why: 'it was wanted', autoscaler });
    world.scaling.start();
    await world.steps(1);
    expect(world.state.handedBack).toBeNull();
    await world.gate.settle();
    world.changed();
    await world.steps(10);
    expect([world.how, world.state.handedBack?.retryAtMs]).toEqual([null, expect.any(Number)]);
  });
});

describe('an end by Coxswain itself', () => {
  it('for a pause that was over at once does not count as somebody’s: it is taken over again', async () => {
    const world = await takenOver('auto');
    world.gate.pause('ada');
    world.gate.resume(false);
    await world.clock.advance(0);
    world.changed();
    expect(world.how).toBeNull();
    await world.steps(3);
    expect(world.how).toBe('own');
  });

  it('comes where its namespace is listed no more', async () => {
    const world = await takenOver();
    world.outside.settings = { ...world.outside.settings, namespaces: [] };
    world.scaling.configChanged();
    await world.clock.advance(0);
    expect(world.how).toBeNull();
  });

  it('takes back what still waits for a yes', async () => {
    const world = await ScalingWorld.started();
    const { proposal } = await world.takeOver('own', false);
    await world.scaling.handBack({ workloadId: world.state.id }, 'bob');
    expect(world.pending).toBeUndefined();
    await expect(world.gate.approve(proposal?.id ?? '', 'carl')).rejects.toThrow(/bob wants it back/);
    expect(world.how).toBeNull();
  });
});

describe('a hand-back that the API server refuses', () => {
  it('is left to the gate, which tries less and less often, and nothing is scaled meanwhile', async () => {
    const world = await takenOver();
    world.cluster.beforeRequest = ({ path }) => {
      if (path.includes('autoscal')) throw statusError(403, 'permission-denied', 'no');
    };
    await expect(world.scaling.handBack({ workloadId: world.state.id }, 'ada')).rejects.toThrow(/no/);
    const requests = world.cluster.requests.length;
    world.rate = 100;
    for (let change = 0; change < 20; change++) {
      world.changed();
      await world.steps(1);
    }
    expect(world.workload.desiredReplicas).toBe(3);
    expect(world.cluster.requests.length - requests).toBeLessThan(5);
    world.cluster.beforeRequest = () => undefined;
    world.outside.monotonicMs = () => performance.now() + 600_000;
    await world.gate.tick();
    expect(world.how).toBeNull();
  });
});

describe('numbers that cannot be', () => {
  it('are busy pods that answer nobody: no step is made by them', async () => {
    const world = await ScalingWorld.started();
    const pods = world.workload.pods.map(
      ({ name }) => [name, fresh(0.9, world.clock.nowMs() + 15_000)] as const,
    );
    Object.assign(world.measured, {
      requestsPerSecond: fresh(0, world.clock.nowMs() + 15_000),
      cpuCores: new Map(pods),
    });
    await world.steps(1);
    expect(world.state.problem).toMatch(/busy/);
  });

  it('are pods that start, busy and without a request: what comes after them counts all the same', async () => {
    const world = await ScalingWorld.started();
    world.rate = 0;
    const starting = world.workload.pods.map(({ name }) => name);
    for (let step = 0; step < 30; step++) {
      const atMs = world.clock.nowMs() + 15_000;
      Object.assign(world.measured, {
        cpuCores: new Map(starting.map((name) => [name, fresh(0.2, atMs)])),
        requestsPerSecond: fresh(0, atMs),
      });
      await world.steps(1);
    }
    for (const key of ['cpuCores', 'requestsPerSecond']) Reflect.deleteProperty(world.measured, key);
    world.rate = 60;
    await world.steps(8);
    const numbers = world.points.flatMap(({ demandPods, reward, rewardTerms }) => [
      demandPods ?? 0,
      reward ?? 0,
      ...Object.values(rewardTerms),
    ]);
    expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
    expect(world.state.problem).toBeNull();
    expect(world.points.at(-1)?.demandPods).toBeGreaterThan(0.2);
  });

  it('are probabilities that are none: the rule decides', async () => {
    const world = await ScalingWorld.started();
    world.learned = aLearnedScale({}, { probabilities: (values) => values.map(() => Number.NaN) });
    world.scaling.policySwitched();
    await world.steps(1);
    expect(world.state.status).toContain('predictive 1 in place of');
  });
});
