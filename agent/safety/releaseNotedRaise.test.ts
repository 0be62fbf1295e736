import { describe, expect, it } from 'vitest';
import { RELEASE_NOTE } from '../cluster/model/releaseNote';
import type { ReleaseOperation } from '../protocol';
import { managedShown } from '../tasks/canary/operations/managedShown';
import { ActionGate } from './gate';
import type { ReleaseEvidenceFacts } from './releaseDraft';
import { managedMismatch } from './rules/releaseWrite/managedWrite';
import { CONFIG } from './testing/fakeWorld';
import { aReleaseDraft, carrying, type DraftOptions, Releasing } from './testing/releasing';

function weigh(from: number, to: number): ReleaseOperation {
  return { kind: 'weight', from, to };
}

describe('a raise that is noted and waits for pods', () => {
  /** 75 % are noted, and the pods for it are there. */
  async function noted(options: DraftOptions = {}, by: string | null = null) {
    const run = await new Releasing(by === null ? 'auto' : 'approve').begin(10);
    const proposal = await run.propose(weigh(10, 75), options);
    if (by !== null) await run.gate.approve(proposal.id, by);
    expect(run.cluster.release()).toMatchObject({ weight: 10, note: { weight: 75 } });
    run.cluster.settle();
    return run;
  }

  const refusals: [string, (nowMs: number) => ReleaseEvidenceFacts | null, string][] = [
    ['harm has become certain', (now) => carrying(now, { verdict: 'harm' }), 'does harm'],
    ['the data have gone stale', (now) => carrying(now - 600_000), 'old'],
    ['the evidence allows no more as much', (now) => carrying(now, { mostWeight: 50 }), 'carries 50 %'],
    ['nothing is known any more', () => null, 'no evidence'],
  ];
  it.each(refusals)('is not carried out where %s', async (_what, evidence, why) => {
    for (const by of [null, 'ada']) {
      const run = await noted({}, by);
      expect(await run.drive(evidence(run.clock.nowMs()))).toContain(why);
      expect(run.cluster.release().weight).toBe(10);
      expect(managedShown(run.cluster.release(), CONFIG).status).toContain(
        '10 % (75 % noted) of the traffic',
      );
      // It is not forgotten either: it goes on once the evidence carries it again.
      expect(await run.drive()).toBeNull();
      expect(run.cluster.release().weight).toBe(75);
    }
  });

  it('is not carried out during an incident, nor while the release is paused', async () => {
    const run = await noted();
    run.world.incident = true;
    expect(await run.drive()).toContain('an incident is open');
    run.world.incident = false;
    await run.propose({ kind: 'pause' });
    expect(await run.drive()).toContain('paused');
    expect(run.cluster.release().weight).toBe(10);
  });

  it('keeps no traffic on a baseline that has died meanwhile', async () => {
    const run = new Releasing('auto', 'gateway-api', {
      ...CONFIG,
      canary: { ...CONFIG.canary, baseline: true },
    });
    await run.begin(10);
    await run.propose(weigh(10, 75));
    run.cluster.edit('deployments', 'checkout-baseline', ({ status }) => {
      if (status) status.readyReplicas = 0;
    });
    expect(run.cluster.release()).toMatchObject({ weight: 10, baselineWeight: 10, note: { weight: 75 } });
    // Its own: it is not ready.
    run.world.incident = true;
    await run.drive(carrying(run.clock.nowMs(), { verdict: 'harm' }));
    expect(run.cluster.release()).toMatchObject({ weight: 10, baselineWeight: 0, note: { weight: 75 } });
  });

  it('stays ordered where a person has ordered it, also for an agent that finds the note', async () => {
    const run = await noted({ orderedBy: 'ada' });
    expect(run.cluster.release().note).toMatchObject({ orderedBy: 'ada' });
    run.gate = new ActionGate(run.world, 'auto');
    expect(await run.drive(carrying(run.clock.nowMs(), { verdict: 'harm' }))).toBeNull();
    expect(run.cluster.release().weight).toBe(75);
    // The next weight is the evidence's again.
    await run.clock.advance(60_000);
    await run.propose(weigh(75, 50));
    expect(run.cluster.release().note).not.toHaveProperty('orderedBy');
  });

  it('reads a note of before, and keeps what a later version has noted', async () => {
    const run = await new Releasing('auto').begin(10);
    run.cluster.edit('deployments', 'checkout', ({ metadata }) => {
      const note = JSON.parse(metadata.annotations?.[RELEASE_NOTE] ?? '');
      delete note.orderedBy;
      const text = JSON.stringify({ ...note, colour: 'blue' });
      metadata.annotations = { ...metadata.annotations, [RELEASE_NOTE]: text };
    });
    await run.propose(weigh(10, 75));
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ weight: 75, note: { weight: 75, colour: 'blue' } });
  });

  it('is not called ordered by whoever was not asked', async () => {
    const run = await new Releasing('auto').begin(10);
    const draft = aReleaseDraft(run.world, weigh(10, 75));
    const [change] = draft.plan.changes;
    const forged = JSON.parse(
      JSON.stringify(change).replaceAll(/(\\*)"paused/g, '$1"orderedBy$1":$1"eve$1",$1"paused'),
    );
    expect(JSON.stringify(forged)).toContain('eve');
    const release = run.cluster.release();
    const by = { isStep: false, orderedBy: null };
    expect(managedMismatch(release, weigh(10, 75), forged.write, by)).toContain('the note');
  });
});
