import type { ResourceAddress, ReversibleChange } from './change';
import { annotationLeftBy } from './faultEnd';
import type { GateWorld } from './gateWorld';
import { chargeKey, type FaultCharge } from './keeper/charge';

/** So long the watches may take to show what was done, ms of wall time. */
const SHOWN_AFTER_MS = 10_000;

type World = Pick<GateWorld, 'keeper' | 'snapshot' | 'monotonicMs' | 'clock' | 'watchAgeMs'>;

interface Kept {
  charge: FaultCharge;
  /** When the change was answered; null while it is on its way. */
  answeredAt: { wallMs: number; clusterMs: number } | null;
  wasShown: boolean;
}

/** Sees to it that the keeper knows of each native fault for as long as it lasts: nothing else would ever end it. */
export class KeptFaults {
  readonly #world: World;
  readonly #kept = new Map<string, Kept>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * Resolves once the keeper knows of the fault that a change makes; at once for what ends by itself. Say `answered`
   * when the change is no longer on its way.
   *
   * @throws CoxswainError `internal` where there is no keeper: then the fault must not be made
   */
  async hold(workloadId: string, change: ReversibleChange): Promise<void> {
    const text = annotationLeftBy(change);
    if (text === null) return;
    const charge: FaultCharge = { kind: 'fault', resource: change.write.resource, workloadId, text };
    const kept = { charge, answeredAt: null, wasShown: false };
    const key = chargeKey(charge);
    this.#kept.set(key, kept);
    try {
      await this.#world.keeper.hold(charge);
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    }
  }

  /** The change on an object was made, was refused, or nobody knows. */
  answered(resource: ResourceAddress): void {
    const kept = this.#kept.get(chargeKey({ kind: 'fault', resource }));
    const { monotonicMs, clock } = this.#world;
    if (kept) kept.answeredAt = { wallMs: monotonicMs(), clusterMs: clock.nowMs() };
  }

  /** The fault on an object is over. */
  release(resource: ResourceAddress): void {
    const charge = { kind: 'fault', resource } as const;
    if (this.#kept.delete(chargeKey(charge))) this.#world.keeper.release(charge);
  }

  /** Lets go of what somebody else has ended, or what was never made. */
  tick(): void {
    const shown = new Set(this.#world.snapshot().faults.map(({ native }) => native?.text));
    for (const kept of this.#kept.values()) {
      if (shown.has(kept.charge.text)) kept.wasShown = true;
      else if (kept.wasShown || this.#mustBeShown(kept)) this.release(kept.charge.resource);
    }
  }

  /** Watches that are silent since show nothing of what was done. */
  #mustBeShown({ charge, answeredAt }: Kept): boolean {
    if (answeredAt === null) return false;
    const { monotonicMs, clock, watchAgeMs } = this.#world;
    const ageMs = watchAgeMs(charge.resource.namespace);
    const isHeardSince = ageMs !== null && clock.nowMs() - ageMs >= answeredAt.clusterMs;
    return isHeardSince && monotonicMs() - answeredAt.wallMs >= SHOWN_AFTER_MS;
  }
}
