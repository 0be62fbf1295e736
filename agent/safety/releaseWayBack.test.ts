import { describe, expect, it } from 'vitest';
import { reduceHpa } from '../cluster/model/autoscaler';
import { RELEASE_NOTE } from '../cluster/model/releaseNote';
import type { RouterKind } from '../protocol';
import { nextChange } from '../tasks/canary/managed/nextChange';
import { cpuMetric } from './testing/autoscalers';
import { aReleaseDraft, Releasing, START } from './testing/releasing';

/** Pods that all of the traffic needs, each as busy as the HPA wants it. */
const NEEDED = 8;
const TARGET = 70;
/** Of the HPA and of the watches, cluster ms. */
const TURN_MS = 15_000;

/** `shop/checkout` with an HPA that follows the traffic that the stable version has. */
class Scaled extends Releasing {
  mostPods = 10;
  /** The HPA does as it should. */
  follows = true;
  /** Share of the traffic and pods of the stable version, as they have come after each other. */
  readonly seen: { share: number; pods: number }[] = [];

  scale(): void {
    const { workload } = this.cluster.release();
    const pods = workload.desiredReplicas;
    const wanted = Math.min(this.mostPods, Math.max(2, Math.ceil(NEEDED * this.share)));
    if (this.follows && wanted !== pods)
      this.cluster.edit('deployments', 'checkout', ({ spec }) => {
        spec.replicas = wanted;
      });
    this.cluster.settle();
    const replicas = this.cluster.release().workload.desiredReplicas;
    this.cluster.store.hpas.replace(null, [
      reduceHpa({
        metadata: { namespace: 'shop', name: 'checkout', uid: 'uid-hpa', resourceVersion: '1' },
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'checkout' },
          minReplicas: 2,
          maxReplicas: this.mostPods,
          metrics: [cpuMetric(TARGET)],
        },
        status: { currentReplicas: replicas, desiredReplicas: replicas },
      }),
    ]);
  }

  get share(): number {
    return 1 - (this.cluster.release().weight ?? 0) / 100;
  }

  /** How busy a pod of the stable version is, percent of what it has asked for. */
  get busy(): number {
    return (TARGET * NEEDED * this.share) / this.cluster.release().workload.readyReplicas;
  }

  /** So many looks, each with all changes that are due. */
  async turns(most: number, isOver: () => boolean): Promise<void> {
    for (let turn = 0; turn < most && !isOver(); turn += 1) {
      this.scale();
      await this.#changes();
      await this.clock.advance(TURN_MS);
    }
  }

  async #changes(): Promise<void> {
    for (let change = 0; change < 5; change += 1) {
      const { clock, world } = this;
      const next = nextChange(this.cluster.release(), { nowMs: clock.nowMs(), config: world.config() });
      if (next.kind !== 'change') return;
      const plan = { changes: [next.change], before: '', after: '', promise: '' };
      await this.gate.stepRelease({ ...aReleaseDraft(world, START), plan });
      this.seen.push({ share: this.share, pods: this.cluster.release().workload.readyReplicas });
      expect(this.busy, `${this.share} of the traffic`).toBeLessThan(100);
    }
  }
}

describe('a canary beside an HPA', () => {
  it('has the pods that its part of the traffic needs, however few the HPA leaves the stable version', async () => {
    const run = new Scaled('auto');
    await run.turns(2, () => false);
    await run.begin(50);
    await run.turns(4, () => false);
    const { workload, canaryWorkload } = run.cluster.release();
    expect([workload.desiredReplicas, canaryWorkload?.desiredReplicas]).toEqual([NEEDED / 2, NEEDED / 2]);
  });

  it('has no more than the HPA would give all of the traffic, also where the note was forged', async () => {
    const run = new Scaled('auto');
    await run.turns(2, () => false);
    await run.begin(0);
    run.cluster.edit('deployments', 'checkout', ({ metadata }) => {
      const note = JSON.parse(metadata.annotations?.[RELEASE_NOTE] ?? '');
      const text = JSON.stringify({ ...note, stablePods: 5000 });
      metadata.annotations = { ...metadata.annotations, [RELEASE_NOTE]: text };
    });
    await run.propose({ kind: 'weight', from: 0, to: 50 }, { orderedBy: 'ada' });
    await run.turns(4, () => false);
    expect(run.cluster.release().canaryWorkload?.desiredReplicas).toBe(run.mostPods / 2);
  });
});

/** At 75 %, where the HPA has taken the stable version down to its least. */
async function shrunk(router: RouterKind = 'gateway-api'): Promise<Scaled> {
  const run = new Scaled('auto', router);
  await run.turns(2, () => false);
  await run.begin(75);
  await run.turns(4, () => false);
  expect(run.cluster.release()).toMatchObject({ weight: 75, workload: { readyReplicas: 2 } });
  run.seen.splice(0);
  return run;
}

const isOver = (run: Scaled) => () => run.cluster.release().note === null;

describe('a promotion whose stable version an HPA has shrunk', () => {
  it.each(['gateway-api', 'istio', 'nginx'] as const)(
    'gives the traffic back over %s as the HPA follows, and never more than the pods can bear',
    async (router) => {
      const run = await shrunk(router);
      await run.propose({ kind: 'promote' });
      await run.turns(100, isOver(run));
      expect(run.cluster.release()).toMatchObject({ note: null, weight: null, canary: null });
      const shares = run.seen.map(({ share }) => share);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(new Set(shares).size).toBeGreaterThan(3);
      expect(run.cluster.release().workload.readyReplicas).toBe(NEEDED);
    },
  );

  it('waits while the HPA is on its way', async () => {
    const run = await shrunk();
    await run.propose({ kind: 'promote' });
    await run.turns(3, () => run.share > 0.25);
    const { share } = run;
    run.cluster.store.hpas.replace(null, []);
    const moving = run.cluster.release();
    const [autoscaler] = (await shrunk()).cluster.release().workload.autoscalers;
    if (!autoscaler) throw new Error('no HPA');
    const release = {
      ...moving,
      workload: {
        ...moving.workload,
        autoscalers: [{ ...autoscaler, currentReplicas: 3, desiredReplicas: 4 }],
      },
    };
    const nowMs = run.clock.nowMs() + 600_000;
    expect(nextChange(release, { nowMs, config: run.world.config() })).toEqual({
      kind: 'wait',
      why: `checkout follows the traffic, of which the stable version has ${share * 100} %`,
    });
  });

  it('gives all of it back at once where no more pods can come', async () => {
    const run = await shrunk();
    run.mostPods = 2;
    run.scale();
    await run.propose({ kind: 'promote' });
    run.cluster.settle();
    const next = nextChange(run.cluster.release(), {
      nowMs: run.clock.nowMs(),
      config: run.world.config(),
    });
    expect(next).toMatchObject({ text: expect.stringContaining('send all of') });
  });

  it('can be rolled back on the way, the traffic first, however many pods there are', async () => {
    const run = await shrunk();
    await run.propose({ kind: 'promote' });
    await run.turns(3, () => run.share > 0.25);
    expect(run.share).toBeLessThan(1);
    await run.propose({ kind: 'rollback' });
    expect(run.cluster.release()).toMatchObject({ weight: null, note: { goal: 'roll-back' } });
  });

  it('goes on where an agent finds it', async () => {
    const run = await shrunk();
    await run.propose({ kind: 'promote' });
    await run.turns(3, () => run.share > 0.25);
    const again = run.cluster.release();
    expect(again.note).toMatchObject({ goal: 'promote', weight: again.weight });
    await run.turns(100, isOver(run));
    expect(run.cluster.release().weight).toBeNull();
  });
});

describe('a roll back of a release whose stable version an HPA has shrunk', () => {
  it.each(['rollback', 'abort'] as const)('by %s does not wait for pods', async (kind) => {
    const run = await shrunk();
    await run.propose({ kind });
    expect(run.cluster.release().weight).toBeNull();
  });
});
