import { describe, expect, it } from 'vitest';
import { aFlaggerRelease, anArgoRelease } from '../../../../test/support/releaseBuilders';
import { obstacleOf } from './moveInput';
import { ReleaseWorld } from './testing/releaseWorld';

describe('a release that is compared with a baseline', () => {
  it('has one beside its canary, says so, and ends without it', async () => {
    const world = await ReleaseWorld.started({ baseline: true });
    await world.until(() => world.state().weight === 10);
    expect(world.state()).toMatchObject({
      baseline: { images: ['shop/checkout:1.4'], readyPods: 1 },
      evidence: { comparedWith: 'baseline', text: expect.stringContaining("the same-age baseline's") },
    });
    expect(world.questions.at(-1)?.baseline?.pods.map(({ name }) => name)).toEqual([
      expect.stringContaining('checkout-baseline'),
    ]);
    await world.until(() => world.state().phase === 'succeeded');
    expect(world.state().baseline).toBeNull();
    expect([...world.shop.objects.keys()].filter((key) => key.includes('baseline'))).toEqual([]);
  });

  it('gathers its evidence anew where the baseline is another one', async () => {
    const world = await ReleaseWorld.started({ baseline: true });
    await world.until(() => (world.state().evidence?.requests ?? 0) > 500);
    world.shop.objects.delete('deployments/checkout-baseline');
    world.see();
    await world.seconds(4);
    const made = world.shop.writes.filter((text) => text.startsWith('make Deployment checkout-baseline'));
    expect(made).toHaveLength(2);
    await world.decisions(1);
    expect(world.state().evidence?.requests ?? 0).toBeLessThan(500);
  });

  it('goes on against the stable pods where it was begun so, whatever the settings become', async () => {
    const world = await ReleaseWorld.started();
    world.config = { ...world.config, canary: { ...world.config.canary, baseline: true } };
    await world.until(() => world.state().weight === 10);
    expect(world.state()).toMatchObject({ baseline: null, evidence: { comparedWith: 'stable' } });
  });

  it.each([
    ['a Rollout of Argo', anArgoRelease()],
    ['a Canary of Flagger', aFlaggerRelease()],
  ])('that asks for one is held where it is %s, with what to do', (text, release) => {
    expect(obstacleOf(release, { baseline: false, mirrorPercent: null })).toBeNull();
    expect(obstacleOf(release, { baseline: true, mirrorPercent: null })).toBe(
      `canary.baseline asks for a baseline of the same age, which there is none of for ${text}: set workloads.shop/web.canary.baseline to false to compare with the old pods`,
    );
  });
});
