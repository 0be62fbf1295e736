import { describe, expect, it } from 'vitest';
import { anArgoRelease } from '../../../../test/support/releaseBuilders';
import { ReleaseWorld } from './testing/releaseWorld';

const BAD = { errors: 0.4, slow: 0.07 };
const WEB = 'shop/Rollout/web';

describe('what is wrong around a release under way', () => {
  it.each([
    ['a second route claims its host', 'Host checkout.shop.test is claimed by two routes'],
    ['the canary’s Service is deleted', 'The canary’s Service checkout-canary is missing.'],
  ])('%s: nothing is raised, the weight stays, and it is told', async (_what, problem) => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    world.shop.problems = [problem];
    await world.decisions(30);
    expect(world.state()).toMatchObject({
      weight: 5,
      status: expect.stringContaining(`holds: ${problem}`),
      problem,
    });
    expect(world.proposed).toEqual(['weight']);
    world.shop.problems = [];
    await world.until(() => world.state().phase === 'succeeded');
  });

  it('does not keep a bad canary from being rolled back', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    world.shop.problems = ['The canary’s Service checkout-canary is missing.'];
    world.canary = BAD;
    await world.until(() => world.shop.release().note === null);
    expect(world.proposed.at(-1)).toBe('rollback');
  });

  it('an autoscaler that moves holds the weight until it stands still', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    world.shop.autoscalers = [{ name: 'checkout', currentReplicas: 3, desiredReplicas: 5 }];
    await world.decisions(30);
    expect(world.state()).toMatchObject({
      weight: 5,
      status: expect.stringContaining('holds: autoscaler checkout moves 3 → 5 pods'),
    });
    world.shop.autoscalers = [{ name: 'checkout', currentReplicas: 5, desiredReplicas: 5 }];
    await world.until(() => world.state().phase === 'succeeded');
  });
});

describe('a Rollout', () => {
  const { spec, status } = anArgoRelease() as unknown as Record<'spec' | 'status', object>;

  async function seen(changes: Parameters<typeof anArgoRelease>[0]) {
    const world = new ReleaseWorld();
    world.others.set(WEB, anArgoRelease(changes));
    world.live.start();
    await world.decisions(1);
    return world;
  }

  it('that a person has paused is left alone, and still aborted when harm is certain', async () => {
    const world = await seen({ spec: { ...spec, paused: true }, paused: true });
    await world.decisions(40);
    expect(world.proposed).toEqual([]);
    expect(world.state(WEB)).toMatchObject({
      phase: 'paused',
      status: expect.stringContaining('it is paused'),
    });
    world.canary = BAD;
    await world.until(() => world.proposed.includes('abort'));
  });

  it('that is degraded is shown so, with what brings it on again, and nothing is done to it', async () => {
    const world = await seen({
      weight: 0,
      status: { ...status, phase: 'Degraded', message: 'RolloutAborted: by ada', abort: true },
    });
    world.canary = BAD;
    await world.decisions(40);
    expect(world.proposed).toEqual([]);
    expect(world.state(WEB)).toMatchObject({
      phase: 'degraded',
      status: expect.stringContaining('RolloutAborted: by ada'),
      operations: expect.arrayContaining(['retry', 'undo']),
    });
    expect(world.state(WEB).operations).not.toContain('promote');
  });

  it('at the pause of its last weight waits for the evidence, and is then promoted', async () => {
    const world = await seen({ weight: 60, status: { ...status, currentStepIndex: 4 } });
    world.measured = { kind: 'missing', why: 'Prometheus does not answer' };
    await world.decisions(20);
    expect(world.proposed).toEqual([]);
    expect(world.state(WEB).status).toContain('no data: Prometheus does not answer');
    world.measured = null;
    await world.until(() => world.proposed.length > 0);
    expect(world.proposed).toEqual(['promote']);
    expect(world.drafts.at(-1)?.evidence?.verdict).toBe('safe');
  });
});
