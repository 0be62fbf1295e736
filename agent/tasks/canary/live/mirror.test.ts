import { describe, expect, it } from 'vitest';
import { aFlaggerRelease, anArgoRelease } from '../../../../test/support/releaseBuilders';
import { obstacleOf } from './moveInput';
import { ReleaseWorld } from './testing/releaseWorld';

describe('a release that begins with copies of requests', () => {
  it('looks at them before its first traffic, and gathers its evidence anew with that', async () => {
    const world = await ReleaseWorld.started({ mirrorPercent: 20 });
    await world.decisions(2);
    const { status, steps, evidence, weight } = world.state();
    expect(weight).toBe(0);
    expect(status).toMatch(
      /^0 % of the traffic is on the canary, and it gets copies of 20 % of the requests/,
    );
    expect(status).toContain('0 of 100 copies of requests were looked at by errors and latency');
    expect(steps[1]).toEqual({ text: 'copies of 20 % of the requests', state: 'current' });
    expect(evidence?.requests).toBeGreaterThan(500);
    await world.until(() => world.state().weight !== 0);
    // Latency is looked at from 7½ minutes on.
    expect(world.clock.nowMs() - (world.state().startedAtMs ?? 0)).toBeGreaterThanOrEqual(450_000);
    expect(world.state()).toMatchObject({ weight: 5, evidence: { requests: 0 } });
    expect(world.state().status).not.toContain('gets copies');
    await world.until(() => world.state().phase === 'succeeded');
    const { requests, sinceMs } = world.state().evidence ?? { requests: 0, sinceMs: 0 };
    expect(requests).toBeGreaterThan(100);
    expect(sinceMs).toBeGreaterThanOrEqual(450_000);
  });

  it('counts nothing that was counted in part before its first traffic, however old the samples are', async () => {
    const world = await ReleaseWorld.started({ mirrorPercent: 20 });
    world.lagMs = 28_000;
    await world.until(() => world.state().weight !== 0);
    await world.decisions(2);
    expect(world.state()).toMatchObject({
      evidence: { requests: 0 },
      problem: 'no data: copies of requests are among what was counted last',
    });
    await world.decisions(1);
    expect(world.state().evidence?.requests).toBeGreaterThan(0);
  });

  it('is rolled back for harm that they show, without a request of anybody’s', async () => {
    const world = await ReleaseWorld.started({ mirrorPercent: 20 });
    world.canary = { errors: 0.4, slow: 0.07 };
    await world.until(() => world.state().phase === 'failed');
    expect(world.weights).toEqual([]);
    expect(world.told.join('\n')).toContain('Harm is certain by its errors');
    expect(JSON.stringify(world.shop.objects.get('httproutes/checkout'))).not.toContain('canary');
  });

  it('is never promoted by them, nor at its time limit: a person is asked', async () => {
    const world = await ReleaseWorld.started({
      mirrorPercent: 20,
      policy: 'hold',
      weights: [1],
      timeLimit: 1_800_000,
    });
    await world.decisions(100);
    expect(world.state()).toMatchObject({ weight: 0, phase: 'paused', evidence: { verdict: 'undecided' } });
    expect(world.state().evidence?.text).toContain(
      'nothing speaks for harm in copies of requests, a promotion takes real ones',
    );
    expect(world.proposed).not.toContain('promote');
  });

  it('is not raised without data, and says where the copies should be', async () => {
    const world = await ReleaseWorld.started({ mirrorPercent: 20 });
    world.measured = { kind: 'missing', why: 'no Prometheus' };
    await world.decisions(30);
    expect(world.state()).toMatchObject({ weight: 0, problem: 'no data: no Prometheus' });
  });

  it('compares them with the stable pods, and real requests with the baseline', async () => {
    const world = await ReleaseWorld.started({ mirrorPercent: 20, baseline: true });
    await world.decisions(2);
    expect(world.questions.at(-1)?.baseline).toBeNull();
    expect(world.state().evidence?.comparedWith).toBe('stable');
    await world.until(() => world.state().weight === 10);
    expect(world.questions.at(-1)?.baseline).not.toBeNull();
    expect(world.state().evidence?.comparedWith).toBe('baseline');
  });

  it.each([
    ['a Rollout of Argo', anArgoRelease()],
    ['a Canary of Flagger', aFlaggerRelease()],
  ])('is held where it is %s, with what to do', (text, release) => {
    expect(obstacleOf(release, { baseline: false, mirrorPercent: null })).toBeNull();
    expect(obstacleOf(release, { baseline: false, mirrorPercent: 20 })).toBe(
      `canary.mirrorPercent asks for copies of requests, which Coxswain sends none of for ${text}: set workloads.shop/web.canary.mirrorPercent to 0`,
    );
  });
});
