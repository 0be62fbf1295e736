import type { Mode } from '../../../protocol';
import type { GateKind } from '../hooks/gateServer';
import type { GateOpening } from '../operations/flagger/gateAhead';

/** What Flagger has asked of the gate for one release, and how far it was let go; the next release begins with neither. */
export class FlaggerPasses {
  #asked: GateKind | null = null;
  #agreed: { opening: GateOpening; by: string } | null = null;

  /** Another release, or another say: what was agreed to was agreed to for the last one. */
  begin(): void {
    this.#asked = null;
    this.#agreed = null;
  }

  ask(kind: GateKind): void {
    // What rolls back is asked in every phase, and says nothing of what comes next.
    if (kind !== 'rollback') this.#asked = kind;
  }

  /** What it has asked last; null where nobody asks, so that to open the gate would be of no use. */
  get asked(): GateKind | null {
    return this.#asked;
  }

  /** @param by a person, or `auto` */
  agree(opening: GateOpening, by: string): void {
    this.#agreed = { opening, by };
  }

  /** Whether it was let go so far. What the guard alone has let through counts in mode auto. */
  isOpen(opening: GateOpening, mode: Mode): boolean {
    if (this.#agreed === null || (this.#agreed.by === 'auto' && mode !== 'auto')) return false;
    const { gate, to } = this.#agreed.opening;
    return gate === opening.gate && to === opening.to;
  }
}
