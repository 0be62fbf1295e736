import { describe, expect, it } from 'vitest';
import { aFlaggerRelease, anArgoRelease } from '../../../../test/support/releaseBuilders';
import type { Control } from '../../../protocol';
import type { GateKind } from '../hooks/gateServer';
import { gateAnswer } from './gateAnswers';
import { ReleaseWorld } from './testing/releaseWorld';

const WEB = 'shop/Canary/web';

async function flagger(steering: 'own' | 'shadow' = 'own') {
  const world = new ReleaseWorld({ steering });
  world.others.set(WEB, aFlaggerRelease());
  world.live.start();
  await world.decisions(1);
  return world;
}

const RUNNING: Control = { kind: 'running' };
const ask = (world: ReleaseWorld, kind: GateKind, control: Control = RUNNING) =>
  gateAnswer(kind, world.live.controller(WEB), control);

describe('the gate for Flagger', () => {
  it('lets the traffic grow by the evidence, and promotes what is safe', async () => {
    const world = await flagger();
    expect(ask(world, 'confirm-rollout').open).toBe(true);
    await world.until(() => ask(world, 'confirm-traffic-increase').open);
    await world.until(() => ask(world, 'confirm-promotion').open);
    expect(ask(world, 'confirm-promotion').reason).toContain('Safe');
    expect(ask(world, 'rollback').open).toBe(false);
    // Nothing is ever written to a Canary.
    expect(world.proposed).toEqual([]);
  });

  it('rolls back when harm is certain, and lets nothing grow then', async () => {
    const world = await flagger();
    world.canary = { errors: 0.3, slow: 0.07 };
    await world.until(() => ask(world, 'rollback').open);
    expect(ask(world, 'confirm-traffic-increase').open).toBe(false);
    expect(ask(world, 'confirm-promotion').open).toBe(false);
    expect(ask(world, 'rollback').reason).toContain('Harm is certain');
  });

  it('holds while an incident is open, with the reason', async () => {
    const world = await flagger();
    world.incident = 'shop/Deployment/web';
    await world.decisions(1);
    for (const kind of ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'] as const) {
      expect(ask(world, kind)).toEqual({ open: false, reason: 'an incident of web is open' });
    }
  });

  it('lets nothing grow while Coxswain is paused or stopped, and still rolls back', async () => {
    const world = await flagger();
    await world.until(() => ask(world, 'confirm-promotion').open);
    const paused: Control = { kind: 'paused', by: 'me', atMs: 0 };
    for (const kind of ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'] as const) {
      expect(ask(world, kind, paused)).toEqual({ open: false, reason: 'Coxswain is paused, by me' });
    }
    world.canary = { errors: 0.3, slow: 0.07 };
    await world.until(() => ask(world, 'rollback', paused).open);
  });

  it('lets everything pass without a say, and rolls nothing back', async () => {
    const world = await flagger('shadow');
    world.canary = { errors: 0.3, slow: 0.07 };
    await world.decisions(10);
    expect(ask(world, 'confirm-promotion')).toEqual({
      open: true,
      reason: 'the controller has no say (steering shadow)',
    });
    expect(ask(world, 'rollback').open).toBe(false);
  });

  it('is closed for what it does not know', async () => {
    const world = new ReleaseWorld();
    expect(ask(world, 'confirm-rollout')).toEqual({ open: false, reason: 'Coxswain knows no such Canary' });
    world.others.set('shop/Rollout/web', anArgoRelease());
    world.live.start();
    expect(gateAnswer('confirm-promotion', world.live.controller('shop/Rollout/web'), RUNNING).open).toBe(
      false,
    );
  });
});
