import type { Mode } from '../../../protocol';
import type { GateKind } from '../hooks/gateServer';
import type { GateOpening } from '../operations/flagger/gateAhead';

/** What Flagger has asked of the gate for one release, and how far it was let go; the next release begins with neither. */
export class FlaggerPasses {
  #asked: GateKind | null = null;
  #agreed: { opening: GateOpening; by: string } | null = null;
  /** When the gate was last opened for more traffic, cluster time; null where not for what is agreed to. */
  #openedAtMs: number | null = null;

  /** Another release, or another say: what was agreed to was agreed to for the last one. */
  begin(): void {
    this.#asked = null;
    this.#agreed = null;
    this.#openedAtMs = null;
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
    this.#openedAtMs = null;
  }

  /**
   * Opens the gate for more traffic once, and again only where the watches must have shown what has come of that: what
   * was agreed to is one step, and Flagger takes one for each yes.
   *
   * @param heardAtMs when the watches have last told of anything, cluster time
   */
  open(nowMs: number, heardAtMs: number): boolean {
    if (this.#openedAtMs !== null && heardAtMs < this.#openedAtMs) return false;
    this.#openedAtMs = nowMs;
    return true;
  }

  /** Whether it was let go so far. What the guard alone has let through counts in mode auto. */
  isOpen(opening: GateOpening, mode: Mode): boolean {
    if (this.#agreed === null || (this.#agreed.by === 'auto' && mode !== 'auto')) return false;
    const { gate, to } = this.#agreed.opening;
    return gate === opening.gate && to === opening.to;
  }
}
