import type { ResourceAddress, ReversibleChange } from './change';
import { annotationLeftBy } from './faultEnd';
import type { GateWorld } from './gateWorld';
import { chargeKey, type FaultCharge } from './keeper/charge';

/** So long the watches may take to show what was done, ms of wall time. */
const SHOWN_AFTER_MS = 10_000;

interface Kept {
  charge: FaultCharge;
  /** Wall time. */
  sinceMs: number;
  wasShown: boolean;
}

/** Sees to it that the keeper knows of each native fault for as long as it lasts: nothing else would ever end it. */
export class KeptFaults {
  readonly #world: Pick<GateWorld, 'keeper' | 'snapshot' | 'monotonicMs'>;
  readonly #kept = new Map<string, Kept>();

  constructor(world: Pick<GateWorld, 'keeper' | 'snapshot' | 'monotonicMs'>) {
    this.#world = world;
  }

  /**
   * Resolves once the keeper knows of the fault that a change makes; at once for what ends by itself.
   *
   * @throws CoxswainError `internal` where there is no keeper: then the fault must not be made
   */
  async hold(workloadId: string, change: ReversibleChange): Promise<void> {
    const text = annotationLeftBy(change);
    if (text === null) return;
    const charge: FaultCharge = { kind: 'fault', resource: change.write.resource, workloadId, text };
    const sinceMs = this.#world.monotonicMs();
    this.#kept.set(chargeKey(charge), { charge, sinceMs, wasShown: false });
    await this.#world.keeper.hold(charge);
  }

  /** The fault on an object is over. */
  release(resource: ResourceAddress): void {
    const charge = { kind: 'fault', resource } as const;
    if (this.#kept.delete(chargeKey(charge))) this.#world.keeper.release(charge);
  }

  /** Lets go of what somebody else has ended, or what was never made. */
  tick(): void {
    const shown = new Set(this.#world.snapshot().faults.map(({ native }) => native?.text));
    const nowMs = this.#world.monotonicMs();
    for (const kept of this.#kept.values()) {
      const { charge, sinceMs, wasShown } = kept;
      if (shown.has(charge.text)) kept.wasShown = true;
      else if (wasShown || nowMs - sinceMs >= SHOWN_AFTER_MS) this.release(charge.resource);
    }
  }
}
