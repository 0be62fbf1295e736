import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ManagedRelease } from '../cluster/releases';
import type { Mode, ReleaseOperation, RouterKind } from '../protocol';
import { routerFor } from '../tasks/canary/routers/routers';
import type { ReleaseEvidenceFacts } from './releaseDraft';
import { CONFIG } from './testing/fakeWorld';
import { CHECKOUT_ID } from './testing/releaseCluster';
import { NEW_IMAGE, OLD_IMAGE } from './testing/releaseObjects';
import { carrying, Releasing, START } from './testing/releasing';

const ROUTERS: readonly RouterKind[] = ['gateway-api', 'istio', 'nginx'];
const MODES: readonly Mode[] = ['auto', 'auto', 'approve', 'observe'];

/** One thing that happens: which, and two numbers that say how. */
const step = fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 999 }), fc.nat({ max: 100 }));

/** What was last allowed to be: what the newest wish, or the person, carries. */
interface Carried {
  most: number;
  promotes: boolean;
}

/**
 * Policies, people, the cluster and the clock do random things. Each write that reaches the cluster is checked against
 * what may ever be, which is told without the guard's rules.
 */
class Story {
  readonly run: Releasing;
  #mode: Mode = 'auto';
  #carried: Carried = { most: 0, promotes: false };
  #halted = false;
  readonly counts = { writes: 0, raises: 0, promotions: 0, returns: 0 };

  constructor(router: RouterKind, isBaselined: boolean) {
    const baseline = isBaselined && routerFor(router).canSplitInThree;
    this.run = new Releasing('auto', router, { ...CONFIG, canary: { ...CONFIG.canary, baseline } });
    let before = this.#seen();
    this.run.cluster.beforeRequest = () => {
      before = this.#seen();
    };
    this.run.cluster.afterRequest = ({ method, path }) => {
      if (method === 'GET' || path.includes('dryRun=All')) return;
      this.counts.writes += 1;
      this.#check(before, this.#seen());
    };
  }

  /** Mostly a release is under way. */
  async open(mode: Mode, weight: number): Promise<void> {
    this.#carried = { most: 100, promotes: false };
    if (weight > 0) await this.run.begin(weight);
    this.#mode = mode;
    this.run.gate.setMode(mode, 'ada', true);
  }

  async play([what, how, much]: readonly [number, number, number]): Promise<void> {
    const { run } = this;
    const weight = this.#seen()?.weight ?? 0;
    switch (what) {
      case 0:
        return this.#wish(START, this.#evidence(how, much), how % 3 === 0);
      case 1:
      case 2:
        return this.#wish(
          { kind: 'weight', from: weight, to: much },
          this.#evidence(how, much),
          how % 5 === 0,
        );
      case 3:
        return this.#wish({ kind: 'promote' }, this.#evidence(how, much), how % 5 === 0);
      case 4:
        return this.#wish({ kind: how % 2 === 0 ? 'rollback' : 'abort' }, null, how % 3 === 0);
      case 5:
      case 6:
        run.cluster.settle();
        await run.drive();
        return;
      case 7:
        return run.clock.advance((how % 4) * 20_000);
      case 8:
        this.#mode = MODES[how % MODES.length] ?? 'auto';
        return run.gate.setMode(this.#mode, 'ada', true);
      case 9:
        this.#halted = how % 4 === 0;
        if (this.#halted) run.gate.pause('ada');
        else run.gate.resume(true);
        return;
      case 10:
        run.world.silentMs = how % 4 === 0 ? 10 * CONFIG.guard.staleAfter : 0;
        return;
      default:
        return this.#emergency(how);
    }
  }

  /** Now and then stale, too little, or against it. */
  #evidence(how: number, much: number): ReleaseEvidenceFacts | null {
    if (how % 7 === 0) return null;
    const ageMs = how % 5 === 0 ? 3_600_000 : 0;
    return carrying(this.run.clock.nowMs() - ageMs, {
      verdict: (['safe', 'undecided', 'harm', 'limited'] as const)[how % 4] ?? 'undecided',
      requests: 2 * how,
      mostWeight: much < 50 ? 25 : 100,
    });
  }

  async #wish(
    operation: ReleaseOperation,
    evidence: ReleaseEvidenceFacts | null,
    isOrdered: boolean,
  ): Promise<void> {
    const { run } = this;
    const isFresh = evidence !== null && run.clock.nowMs() - evidence.atMs < 600_000;
    const isServed = isFresh && run.world.silentMs === 0 && evidence.verdict !== 'harm';
    const speaks = isServed && evidence.requests >= 100 && ['safe', 'limited'].includes(evidence.verdict);
    const watched = run.world.silentMs === 0;
    this.#carried = isOrdered
      ? { most: watched ? 100 : 0, promotes: watched }
      : {
          most: isServed ? (speaks ? evidence.mostWeight : Math.min(99, evidence.mostWeight)) : 0,
          promotes: speaks,
        };
    await run.propose(operation, { evidence, orderedBy: isOrdered ? 'ada' : null });
  }

  async #emergency(how: number): Promise<void> {
    if (how % 5 > 0) return;
    await this.run.gate.emergencyStop('ada');
    this.#halted = true;
    expect(this.#seen()?.weight ?? 0).toBe(0);
  }

  #seen(): ManagedRelease | null {
    const release = this.run.cluster.snapshot().releases.get(CHECKOUT_ID);
    return release?.operator === 'coxswain' ? release : null;
  }

  #check(before: ManagedRelease | null, after: ManagedRelease | null): void {
    if (!before || !after) throw new Error('the release is gone');
    expect(after.workload.desiredReplicas).toBe(3);
    expect(after.services.stable).not.toBeNull();
    const was = before.weight ?? 0;
    const is = after.weight ?? 0;
    const goalOf = ({ note }: ManagedRelease) => (note === null || note === 'broken' ? null : note.goal);
    if (is > was) {
      this.counts.raises += 1;
      // What was noted a moment ago is carried out a moment later.
      expect(before.note).toMatchObject({ weight: is, goal: 'progress' });
      expect(after.canaryWorkload?.readyReplicas).toBeGreaterThan(0);
      expect(this.#mode).not.toBe('observe');
    }
    const baseline = after.baselineWeight ?? 0;
    if (baseline > 0) expect(baseline).toBe(Math.min(is, 100 - is));
    if (baseline > (before.baselineWeight ?? 0))
      expect(after.baselineWorkload?.readyReplicas).toBeGreaterThan(0);
    const notedWeight = ({ note }: ManagedRelease) => (note === null || note === 'broken' ? 0 : note.weight);
    if (notedWeight(after) > notedWeight(before))
      expect(notedWeight(after)).toBeLessThanOrEqual(this.#carried.most);
    if (goalOf(after) === 'promote' && goalOf(before) === 'progress') {
      this.counts.promotions += 1;
      expect(this.#carried.promotes).toBe(true);
    }
    const images = ({ stable }: ManagedRelease) => stable?.containers.map(({ image }) => image).join();
    if (images(after) === NEW_IMAGE && images(before) === OLD_IMAGE) expect(goalOf(before)).toBe('promote');
    if (this.#mode === 'observe' || this.#halted) {
      this.counts.returns += 1;
      expect(is).toBeLessThanOrEqual(was);
      expect([goalOf(before), goalOf(after)]).toContain('roll-back');
    }
  }
}

describe('the gate, whatever happens to a release', () => {
  it('never raises or promotes without what carries it, and writes nothing in observe but the way back', async () => {
    const total = { writes: 0, raises: 0, promotions: 0, returns: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 2 }),
        fc.nat({ max: 3 }),
        fc.boolean(),
        fc.array(step, { minLength: 5, maxLength: 40 }),
        async (router, mode, isBaselined, steps) => {
          const story = new Story(ROUTERS[router] ?? 'istio', isBaselined);
          await story.open(MODES[mode] ?? 'auto', 10 * mode);
          for (const each of steps) await story.play(each);
          for (const key of ['writes', 'raises', 'promotions', 'returns'] as const)
            total[key] += story.counts[key];
        },
      ),
      { numRuns: 200 },
    );
    // The stories are about something.
    expect(Math.min(...Object.values(total))).toBeGreaterThan(3);
  }, 120_000);
});
