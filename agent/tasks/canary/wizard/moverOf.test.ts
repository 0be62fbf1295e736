import { describe, expect, it } from 'vitest';
import { aWorkload } from '../../../../test/support/builders';
import { aFlaggerRelease, anArgoRelease } from '../../../../test/support/releaseBuilders';
import type { Release } from '../../../cluster/releases';
import { Releasing } from '../../../safety/testing/releasing';
import { moverOf } from './moverOf';

const web = (name = 'web', namespace = 'shop') =>
  aWorkload([], { ref: { kind: 'Deployment', namespace, name } });

const { cluster } = await new Releasing('auto').begin(10);
const ROLLOUT: Release = anArgoRelease({ workloadRef: { kind: 'Deployment', name: 'web' } });
const CANARY: Release = aFlaggerRelease();
const MANAGED: Release = cluster.release();

describe('a Deployment that a release moves already', () => {
  it.each([
    ['is where a Rollout takes its template from', web(), ROLLOUT, 'Rollout web of Argo takes its template'],
    ['is the target of a Canary', web(), CANARY, 'Canary web of Flagger releases it'],
    ['is the primary of a Canary', web('web-primary'), CANARY, 'the primary that Canary web'],
    ['is the canary of another release', web('checkout-canary'), MANAGED, 'the canary of checkout'],
  ])('%s', (_what, workload, release, text) => {
    expect(moverOf(workload, [MANAGED, release])).toContain(text);
  });

  it('is none that only bears the name in another namespace, or is moved by nobody', () => {
    for (const release of [ROLLOUT, CANARY]) expect(moverOf(web('web', 'blog'), [release])).toBeNull();
    expect(moverOf(web('cart'), [ROLLOUT, CANARY, MANAGED])).toBeNull();
    expect(moverOf(web(), [anArgoRelease({ workloadRef: { kind: 'PodTemplate', name: 'web' } })])).toBeNull();
  });
});
