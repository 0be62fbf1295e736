import { FakeClock } from '../../../test/support/fakeClock';
import type { Config } from '../../config/schema';
import {
  CoxswainError,
  type Mode,
  type ReleaseOperation,
  type RouterKind,
  type WorkloadRef,
  workloadId,
} from '../../protocol';
import { managedReturns } from '../../tasks/canary/managed/managedReturns';
import { nextChange } from '../../tasks/canary/managed/nextChange';
import { planOperation } from '../../tasks/canary/operations/planOperation';
import { ActionGate } from '../gate';
import type { ReleaseDraft, ReleaseEvidenceFacts } from '../releaseDraft';
import { CHECKOUT, CONFIG, FakeWorld } from './fakeWorld';
import { CHECKOUT_ID, ReleaseCluster } from './releaseCluster';
import { NEW_IMAGE } from './releaseObjects';

export const START: ReleaseOperation = { kind: 'start', images: [{ container: 'app', image: NEW_IMAGE }] };

/** Evidence that carries whatever is asked for. */
export function carrying(atMs: number, changes: Partial<ReleaseEvidenceFacts> = {}): ReleaseEvidenceFacts {
  return {
    verdict: 'safe',
    requests: 5000,
    minRequests: 100,
    mostWeight: 100,
    atMs,
    text: 'all is well',
    ...changes,
  };
}

export interface DraftOptions {
  evidence?: ReleaseEvidenceFacts | null;
  orderedBy?: string | null;
  ref?: WorkloadRef;
}

/** The wish to do something to `shop/checkout`; what cannot be planned has no changes. */
export function aReleaseDraft(
  world: FakeWorld<ReleaseCluster>,
  operation: ReleaseOperation,
  { evidence = carrying(world.clock.nowMs()), orderedBy = null, ref = CHECKOUT }: DraftOptions = {},
): ReleaseDraft {
  const snapshot = world.snapshot();
  const release = snapshot.releases.get(workloadId(ref));
  const context = {
    nowMs: world.clock.nowMs(),
    by: 'auto',
    newId: world.newId,
    config: world.config(),
    snapshot,
  };
  const planned = release ? planOperation(release, operation, context) : null;
  return {
    release: ref,
    policy: { name: 'evidence-steps', version: '1' },
    operation,
    decision: {
      action: { kind: 'release', operation },
      reason: 'because',
      confidence: 0.9,
      alternatives: [],
      contributions: [],
    },
    plan: planned?.kind === 'plan' ? planned.plan : { changes: [], before: '', after: '', promise: '' },
    evidence,
    orderedBy,
  };
}

/** A gate over `shop/checkout`, with a clock that is moved by hand. */
export class Releasing {
  readonly clock = new FakeClock();
  readonly cluster: ReleaseCluster;
  readonly world: FakeWorld<ReleaseCluster>;
  gate: ActionGate;

  constructor(mode: Mode, router: RouterKind = 'gateway-api', config: Config = CONFIG) {
    this.cluster = ReleaseCluster.over(router);
    this.world = new FakeWorld(this.cluster, this.clock);
    this.world.settings = config;
    this.world.faultWorkload = () => 'none';
    this.world.releaseReturns = () => managedReturns(this.cluster.snapshot().releases.values());
    this.gate = new ActionGate(this.world, mode);
  }

  propose(operation: ReleaseOperation, options: DraftOptions = {}) {
    return this.gate.proposeRelease(aReleaseDraft(this.world, operation, options));
  }

  /**
   * Goes on with the note until nothing is left to do, or the guard says no.
   *
   * @param evidence that it is judged by; what carries everything where absent
   * @returns the guard's word, where it says no
   */
  async drive(evidence?: ReleaseEvidenceFacts | null): Promise<string | null> {
    for (let turn = 0; turn < 40; turn += 1) {
      const release = this.cluster.snapshot().releases.get(CHECKOUT_ID);
      if (release?.operator !== 'coxswain') return null;
      const next = nextChange(release, { nowMs: this.clock.nowMs(), config: this.world.config() });
      if (next.kind === 'done' || next.kind === 'stuck') return null;
      if (next.kind === 'change') {
        const plan = { changes: [next.change], before: '', after: '', promise: '' };
        const by = evidence === undefined ? {} : { evidence };
        const draft = { ...aReleaseDraft(this.world, START, by), plan };
        try {
          await this.gate.stepRelease(draft);
        } catch (error) {
          if (error instanceof CoxswainError) return error.message;
          throw error;
        }
      }
      this.cluster.settle();
      await this.clock.advance(2000);
    }
    throw new Error('it never ends');
  }

  /** A release that has so much traffic on its canary. */
  async begin(weight = 0): Promise<this> {
    await this.propose(START, { orderedBy: 'ada' });
    await this.drive();
    await this.clock.advance(60_000);
    if (weight > 0) {
      await this.propose({ kind: 'weight', from: 0, to: weight }, { orderedBy: 'ada' });
      await this.drive();
      await this.clock.advance(60_000);
    }
    return this;
  }
}
