import { describe, expect, it } from 'vitest';
import { anArgoRelease } from '../../../../test/support/releaseBuilders';
import type { JournalEvent, JournalRow } from '../../../protocol';
import { pastRelease } from './pastRelease';
import { CHECKOUT_ID, ReleaseWorld } from './testing/releaseWorld';

const AT_MS = Date.UTC(2026, 0, 31, 14, 5);

/** As the journal gives them: newest first. */
function rowsOf(events: readonly JournalEvent[]): JournalRow[] {
  return events.map((event, index) => ({ seq: index + 1, atMs: AT_MS, hash: '', event })).toReversed();
}

/** An agent that comes after another one, whose journal it finds. */
async function restarted(before: ReleaseWorld): Promise<ReleaseWorld> {
  await before.live.close('the agent is killed');
  const world = new ReleaseWorld();
  Object.assign(world, { shop: before.shop, past: rowsOf(before.rows) });
  await world.clock.advance(before.clock.nowMs() - world.clock.nowMs());
  world.live.start();
  world.see();
  return world;
}

const BAD = { errors: 0.2, slow: 0.07 };

describe('an agent that is started anew', () => {
  it('still tells why the last release was rolled back, and when', async () => {
    const before = await ReleaseWorld.started();
    await before.until(() => before.state().weight === 5);
    before.canary = BAD;
    await before.until(() => before.state().phase === 'failed');
    const { status } = before.state();
    const world = await restarted(before);
    expect(world.state()).toMatchObject({
      phase: 'failed',
      status: `${status} (2026-01-31 14:05 UTC)`,
      evidence: null,
    });
    // Nobody is told of it once more.
    expect(world.rows).toEqual([]);
    await world.start('shop/checkout:1.6');
    expect(world.state()).toMatchObject({ phase: 'progressing', canary: { images: ['shop/checkout:1.6'] } });
  });

  it('still tells that it was promoted', async () => {
    const before = await ReleaseWorld.started();
    await before.until(() => before.state().phase === 'succeeded');
    const world = await restarted(before);
    expect(world.state()).toMatchObject({
      phase: 'succeeded',
      status: 'the stable version is shop/checkout:1.5 now (2026-01-31 14:05 UTC)',
    });
  });

  it('knows why the release is rolled back that it finds half-way', async () => {
    const before = await ReleaseWorld.started();
    await before.until(() => before.state().weight === 5);
    await before.operate({ kind: 'abort' });
    before.see();
    expect(before.state().phase).toBe('rolling-back');
    const world = await restarted(before);
    await world.seconds(40);
    expect(world.state()).toMatchObject({
      phase: 'failed',
      status: 'the release of shop/checkout:1.5 was rolled back: ada has ordered it',
    });
  });

  it('says since when its evidence counts, and nothing of the kind of a release that it has seen begin', async () => {
    const before = await ReleaseWorld.started();
    await before.until(() => before.state().weight === 10);
    expect(before.state().status).not.toContain('restart');
    const world = await restarted(before);
    await world.decisions(1);
    expect(world.state().status).toMatch(
      /the evidence counts since the restart at \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
    );
    await world.until(() => world.state().phase === 'succeeded');
    await world.start('shop/checkout:1.6');
    await world.decisions(1);
    expect(world.state().status).not.toContain('restart');
  });

  it('says so of a Rollout by the journal alone, as its objects do not tell when it began', async () => {
    const started: JournalEvent = {
      ...{ kind: 'release', workloadId: 'shop/Rollout/web', what: 'started', text: 'release of web:2' },
      ...{ weight: null, by: 'Argo Rollouts' },
    };
    for (const past of [[started], []]) {
      const world = new ReleaseWorld();
      world.past = rowsOf(past);
      world.others.set('shop/Rollout/web', anArgoRelease());
      world.live.start();
      await world.decisions(1);
      const { status } = world.state('shop/Rollout/web');
      expect(status.includes('since the restart')).toBe(past.length > 0);
    }
  });
});

it('a release is looked after where the journal cannot be read', async () => {
  const world = new ReleaseWorld();
  Object.defineProperty(world, 'past', {
    get() {
      throw new Error('the disk is gone');
    },
  });
  world.live.start();
  await world.start();
  world.canary = { errors: 0.3, slow: 0.07 };
  await world.until(() => world.state().status.includes('was rolled back'));
  expect(world.errors).toContain('the disk is gone');
});

describe('what the journal has of a release', () => {
  const row = (what: Extract<JournalEvent, { kind: 'release' }>['what'], text = ''): JournalEvent => ({
    ...{ kind: 'release', workloadId: CHECKOUT_ID, what, text, weight: null, by: 'Coxswain' },
  });

  it.each([
    ['nothing', [], { end: null, isUnderWay: false }],
    ['one under way', [row('promoted', 'a'), row('started'), row('weight')], { end: null, isUnderWay: true }],
    ['one that others have ended', [row('started'), row('ended', 'over')], { end: { how: 'ended' } }],
    [
      'what its own controller has rolled back',
      [row('started'), row('rolled-back', 'Flagger has')],
      { end: { how: 'rolled-back' } },
    ],
    [
      'what came after the end',
      [row('started'), row('promoted', 'a'), row('hook')],
      { end: { how: 'promoted' } },
    ],
  ])('is read where that is %s', (_what, events, past) => {
    expect(pastRelease(rowsOf(events))).toMatchObject(past);
  });
});
