import { describe, expect, it } from 'vitest';
import { aFlaggerRelease } from '../../test/support/releaseBuilders';
import { type ReleaseOperation, workloadId } from '../protocol';
import { CONFIG } from './testing/fakeWorld';
import { carrying, type DraftOptions, Releasing } from './testing/releasing';

describe('the gate that Flagger asks', () => {
  const CANARY = aFlaggerRelease();
  const RAISE: ReleaseOperation = { kind: 'open-gate', gate: 'confirm-traffic-increase', from: 20, to: 30 };
  const WEB_ID = workloadId(CANARY.ref);

  function asked(mode: 'approve' | 'auto' | 'observe') {
    const run = new Releasing(mode);
    let canary = CANARY;
    run.world.snapshot = () => ({ ...run.cluster.snapshot(), releases: new Map([[WEB_ID, canary]]) });
    const propose = (operation: ReleaseOperation, options: DraftOptions = {}) =>
      run.propose(operation, { ref: CANARY.ref, ...options });
    const goOn = (weight: number) => {
      canary = aFlaggerRelease({ weight, status: { ...Object(CANARY.status), canaryWeight: weight } });
    };
    return { run, propose, goOn };
  }

  it('opens in mode auto where the evidence carries it, and nothing is written', async () => {
    const { run, propose } = asked('auto');
    expect((await propose(RAISE)).state.kind).toBe('acted');
    expect(run.cluster.writes()).toEqual([]);
    expect(run.world.journal.events('intent')).toEqual([]);
    expect(run.world.journal.events('verdict')).toMatchObject([{ verdict: { outcome: 'allow' } }]);
  });

  it('asks a person in mode approve, once, and is judged again when he agrees', async () => {
    const { run, propose, goOn } = asked('approve');
    const { id, state, change } = await propose(RAISE);
    expect(state.kind).toBe('pending');
    expect(change.after).toContain('confirm-traffic-increase: open');
    expect((await propose(RAISE)).id).toBe(id);
    expect((await run.gate.approve(id, 'ada')).state.kind).toBe('acted');
    const rejected = await propose(RAISE);
    run.gate.reject(rejected.id, 'ada');
    expect(await propose(RAISE)).toMatchObject({ verdict: { rule: 'rejection' } });
    await run.clock.advance(CONFIG.guard.proposalExpiry);
    const late = await propose(RAISE);
    goOn(30);
    await run.gate.tick();
    await expect(run.gate.approve(late.id, 'ada')).rejects.toMatchObject({ code: 'proposal-outdated' });
    const next = { ...RAISE, from: 30, to: 40 };
    const old = await propose(next, { evidence: carrying(run.clock.nowMs()) });
    run.world.incident = true;
    await expect(run.gate.approve(old.id, 'ada')).rejects.toMatchObject({ code: 'guard-denied' });
  });

  it.each([
    ['in mode observe', 'observe', {}, 'mode'],
    ['without evidence', 'auto', { evidence: null }, 'evidence'],
  ] as const)('stays closed %s', async (_what, mode, options, rule) => {
    expect(await asked(mode).propose(RAISE, options)).toMatchObject({
      state: { kind: 'denied' },
      verdict: { rule },
    });
  });

  it('does not open for a promotion that the evidence does not carry, nor for another weight', async () => {
    const { run, propose } = asked('auto');
    const promotion = { ...RAISE, gate: 'confirm-promotion', to: 100 } as const;
    const evidence = carrying(run.clock.nowMs(), { verdict: 'undecided' });
    expect(await propose(promotion, { evidence })).toMatchObject({ verdict: { rule: 'evidence' } });
    expect(await propose({ ...RAISE, to: 40 })).toMatchObject({ verdict: { rule: 'up-to-date' } });
  });
});
