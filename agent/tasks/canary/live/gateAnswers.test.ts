import { describe, expect, it } from 'vitest';
import { aFlaggerRelease, anArgoRelease } from '../../../../test/support/releaseBuilders';
import type { Control, Mode } from '../../../protocol';
import type { GateKind } from '../hooks/gateServer';
import { gateAnswer } from './gateAnswers';
import { ReleaseWorld } from './testing/releaseWorld';

const WEB = 'shop/Canary/web';

async function flagger(steering: 'own' | 'shadow' = 'own', mode: Mode = 'auto') {
  const world = new ReleaseWorld({ steering });
  world.mode = mode;
  if (mode === 'approve') world.ruling = 'ask';
  world.others.set(WEB, aFlaggerRelease());
  world.live.start();
  await world.decisions(1);
  return world;
}

/** Flagger goes on to a weight. */
function at(world: ReleaseWorld, weight: number): void {
  const status = { phase: 'Progressing', failedChecks: 0, canaryWeight: weight, iterations: 0 };
  world.others.set(WEB, aFlaggerRelease({ weight, status }));
  world.see();
}

const RUNNING: Control = { kind: 'running' };
const ask = (world: ReleaseWorld, kind: GateKind, control: Control = RUNNING) =>
  gateAnswer(kind, world.live.controller(WEB), { mode: world.mode, control });

describe('the gate for Flagger', () => {
  it('lets the traffic grow by the evidence, and promotes what is safe', async () => {
    const world = await flagger();
    expect(ask(world, 'confirm-rollout').open).toBe(true);
    await world.until(() => ask(world, 'confirm-traffic-increase').open);
    expect(ask(world, 'confirm-promotion').open).toBe(false);
    at(world, 50);
    await world.until(() => ask(world, 'confirm-promotion').open);
    expect(ask(world, 'confirm-promotion').reason).toContain('Safe');
    expect(ask(world, 'confirm-traffic-increase').open).toBe(true);
    expect(ask(world, 'rollback').open).toBe(false);
    // The guard has been asked, and nothing is ever written to a Canary.
    expect(new Set(world.proposed)).toEqual(new Set(['open-gate']));
    expect(world.drafts.flatMap(({ plan }) => plan.changes)).toEqual([]);
  });

  it('asks the guard once for each step, and only where Flagger asks', async () => {
    const world = await flagger();
    await world.decisions(40);
    expect(world.proposed).toEqual([]);
    expect(world.state(WEB).status).toContain('Flagger has not asked the gate yet');
    await world.until(() => ask(world, 'confirm-traffic-increase').open);
    await world.decisions(10);
    expect(world.proposed).toEqual(['open-gate']);
    at(world, 30);
    await world.until(() => ask(world, 'confirm-traffic-increase').open);
    expect(world.drafts.map(({ operation }) => operation)).toEqual([
      { kind: 'open-gate', gate: 'confirm-traffic-increase', from: 20, to: 30 },
      { kind: 'open-gate', gate: 'confirm-traffic-increase', from: 30, to: 40 },
    ]);
  });

  it('stays closed where the guard denies it, with its reason', async () => {
    const world = await flagger();
    world.ruling = 'deny';
    ask(world, 'confirm-traffic-increase');
    await world.until(() => world.proposed.length > 2);
    expect(ask(world, 'confirm-traffic-increase')).toEqual({
      open: false,
      reason: expect.stringContaining('is denied by evidence'),
    });
  });

  it('promotes what counts iterations when Flagger asks for it', async () => {
    const world = await flagger();
    const analysis = { interval: '1m', threshold: 5, iterations: 10, stepWeight: 10, maxWeight: 50 };
    const spec = { ...Object(aFlaggerRelease().spec), analysis };
    world.others.set(WEB, aFlaggerRelease({ spec, weight: 20 }));
    world.see();
    await world.until(() => ask(world, 'confirm-promotion').open);
    expect(world.drafts.at(-1)?.operation).toMatchObject({ gate: 'confirm-promotion', to: 100 });
  });

  it('rolls back when harm is certain, and lets nothing grow then', async () => {
    const world = await flagger();
    world.canary = { errors: 0.3, slow: 0.07 };
    await world.until(() => ask(world, 'rollback').open);
    expect(ask(world, 'confirm-traffic-increase').open).toBe(false);
    expect(ask(world, 'confirm-promotion').open).toBe(false);
    expect(ask(world, 'rollback').reason).toContain('Harm is certain');
  });

  it('closes again for what was agreed to where harm has become certain since', async () => {
    const world = await flagger('own', 'approve');
    ask(world, 'confirm-traffic-increase');
    await world.until(() => world.proposed.length > 0);
    world.approve('grace');
    expect(ask(world, 'confirm-traffic-increase').open).toBe(true);
    world.canary = { errors: 0.3, slow: 0.07 };
    await world.until(() => ask(world, 'rollback').open);
    expect(ask(world, 'confirm-traffic-increase')).toEqual({ open: false, reason: 'harm is certain' });
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
    at(world, 50);
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
    const rollout = world.live.controller('shop/Rollout/web');
    expect(gateAnswer('confirm-promotion', rollout, { mode: 'auto', control: RUNNING }).open).toBe(false);
  });
});

describe('the gate in mode approve', () => {
  it('opens for a weight, and for the promotion, once a person has agreed to that', async () => {
    const world = await flagger('own', 'approve');
    expect(ask(world, 'confirm-rollout').open).toBe(true);
    ask(world, 'confirm-traffic-increase');
    await world.until(() => world.proposed.length > 0);
    await world.decisions(20);
    expect(ask(world, 'confirm-traffic-increase')).toEqual({
      open: false,
      reason: 'let Flagger raise the canary’s traffic 20 → 30 % waits for approval: a test',
    });
    world.approve('grace');
    expect(ask(world, 'confirm-traffic-increase').open).toBe(true);
    // For that weight alone.
    at(world, 30);
    await world.decisions(5);
    expect(ask(world, 'confirm-traffic-increase').open).toBe(false);
    at(world, 50);
    ask(world, 'confirm-promotion');
    await world.decisions(5);
    expect(ask(world, 'confirm-promotion').reason).toContain('let Flagger promote the canary waits');
    world.approve('grace');
    expect(ask(world, 'confirm-promotion').open).toBe(true);
  });

  it('opens once for a weight while the watches do not show what has come of it', async () => {
    const world = await flagger('own', 'approve');
    ask(world, 'confirm-traffic-increase');
    await world.until(() => world.proposed.length > 0);
    world.approve('grace');
    expect(ask(world, 'confirm-traffic-increase').open).toBe(true);
    world.silentMs = 30_000;
    await world.clock.advance(10_000);
    expect(ask(world, 'confirm-traffic-increase')).toEqual({
      open: false,
      reason: 'what has come of the last step is not seen yet',
    });
    // They tell again, and still of the same weight: the answer has not arrived.
    world.silentMs = 0;
    expect(ask(world, 'confirm-traffic-increase').open).toBe(true);
  });

  it('does not open for what the guard has let through in mode auto before', async () => {
    const world = await flagger();
    await world.until(() => ask(world, 'confirm-traffic-increase').open);
    world.mode = 'approve';
    expect(ask(world, 'confirm-traffic-increase').open).toBe(false);
  });

  it('does not open for another release by what was agreed to for the last', async () => {
    const world = await flagger('own', 'approve');
    ask(world, 'confirm-traffic-increase');
    await world.until(() => world.proposed.length > 0);
    world.approve('grace');
    const [container] = aFlaggerRelease().canary?.containers ?? [];
    const canary = { ...aFlaggerRelease().canary, containers: [{ ...container, image: 'web:3' }] };
    world.others.set(WEB, aFlaggerRelease({ canary } as Parameters<typeof aFlaggerRelease>[0]));
    world.see();
    await world.decisions(40);
    expect(ask(world, 'confirm-traffic-increase').open).toBe(false);
  });
});

describe('the gate in mode observe', () => {
  it('opens nothing where the controller should have a say, and the state says that Flagger halts', async () => {
    const world = await flagger('own', 'observe');
    await world.decisions(40);
    expect(world.state(WEB).status).not.toContain('halts');
    for (const kind of ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'] as const)
      expect(ask(world, kind)).toEqual({ open: false, reason: expect.stringContaining('mode observe') });
    world.canary = { errors: 0.3, slow: 0.07 };
    await world.decisions(40);
    expect(ask(world, 'rollback').open).toBe(false);
    expect(world.proposed).toEqual([]);
    expect(world.state(WEB).status).toContain('mode observe opens no gate, so that Flagger halts');
  });

  it('lets everything pass in shadow, as if there were no gate', async () => {
    const world = await flagger('shadow', 'observe');
    expect(ask(world, 'confirm-traffic-increase').open).toBe(true);
  });
});
