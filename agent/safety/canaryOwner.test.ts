import { describe, expect, it } from 'vitest';
import { aFlaggerRelease, anArgoRelease } from '../../test/support/releaseBuilders';
import type { Action, WorkloadRef } from '../protocol';
import { canaryOf } from './releaseFacts';
import { aDraft, CONFIG } from './testing/fakeWorld';
import { Releasing } from './testing/releasing';

const CANARY: WorkloadRef = { kind: 'Deployment', namespace: 'shop', name: 'checkout-canary' };

/** What the guard says to healing that wants to restart the first pod of a Deployment. */
async function restarted({ cluster, gate }: Releasing, ref?: WorkloadRef) {
  const get = (id: string) => {
    const found = cluster.snapshot().workloads.get(id);
    if (!found) throw new Error(`no workload ${id}`);
    return found;
  };
  const name = ref?.name ?? 'checkout';
  const [pod] = get(`shop/Deployment/${name}`).pods;
  const action: Action = { kind: 'restart-pod', pod: pod?.name ?? '', podUid: pod?.uid ?? '' };
  const { verdict, state } = await gate.propose(aDraft({ get }, action, 0.9, ref));
  return { rule: verdict.rule, reason: verdict.reason, state: state.kind };
}

describe('while a release is under way', () => {
  it('healing leaves the canary alone: its release decides about it', async () => {
    const run = await new Releasing('auto').begin(10);
    expect(await restarted(run, CANARY)).toEqual({
      rule: 'arbiter',
      reason: 'it is the canary of the release of checkout, which decides about it',
      state: 'denied',
    });
  });

  it('healing goes on with the stable version', async () => {
    const run = await new Releasing('auto').begin(10);
    expect((await restarted(run)).rule).toBe('mode');
  });
});

describe('the baseline of a release', () => {
  it('is left alone as the canary is', async () => {
    const canary = { ...CONFIG.canary, baseline: true };
    const run = await new Releasing('auto', 'gateway-api', { ...CONFIG, canary }).begin(10);
    const baseline: WorkloadRef = { ...CANARY, name: 'checkout-baseline' };
    expect((await restarted(run, baseline)).rule).toBe('arbiter');
    const release = run.cluster.release();
    expect(canaryOf('shop/Deployment/checkout-baseline', [{ ...release, baseline: null }])).toBeNull();
  });
});

describe('the canary of a release', () => {
  it('is the target of a Canary of Flagger while there are two versions', () => {
    const flagger = aFlaggerRelease();
    expect(canaryOf('shop/Deployment/web', [anArgoRelease(), flagger])).toBe('web');
    expect(canaryOf('shop/Deployment/web-primary', [flagger])).toBeNull();
    expect(canaryOf('shop/Deployment/web', [{ ...flagger, canary: null }])).toBeNull();
  });

  it('is none once the release is over, though somebody keeps its Deployment', async () => {
    const { cluster } = await new Releasing('auto').begin(10);
    const release = cluster.release();
    expect(canaryOf('shop/Deployment/checkout-canary', [release])).toBe('checkout');
    expect(canaryOf('shop/Deployment/checkout-canary', [{ ...release, note: null }])).toBeNull();
  });
});
