import type { JournalEvent } from '../protocol';
import type { GateWorld } from './gateWorld';
import type { Handovers } from './handovers';
import type { Ledger } from './ledger';
import type { Reverting } from './reverting';
import { type Settled, settle } from './settlement';
import type { ClusterWriter } from './writer';

export interface SettlingPorts {
  world: Pick<GateWorld, 'clock' | 'journal'>;
  ledger: Ledger;
  handovers: Handovers;
  reverting: Reverting;
  record(event: JournalEvent): void;
  writer(): ClusterWriter;
}

/** Takes up what an earlier process has left: what it had taken over, had begun, and would have taken back. */
export class Settling {
  readonly #ports: SettlingPorts;
  #isSettled: boolean;
  #isLeftHandedBack = false;
  #settling: Promise<readonly Settled[]> | null = null;

  constructor(ports: SettlingPorts) {
    this.#ports = ports;
    this.#isSettled = ports.ledger.unfinished().length === 0;
    if (this.#isSettled) this.#restore();
  }

  /** Whether it is known what became of every write. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** See `ActionGate.settle`. */
  settle(graceMs?: number): Promise<readonly Settled[]> {
    this.#settling ??= this.#settleNow(graceMs).finally(() => {
      this.#settling = null;
    });
    return this.#settling;
  }

  async #settleNow(graceMs: number | undefined): Promise<readonly Settled[]> {
    const { world, ledger, handovers, record, writer } = this.#ports;
    if (!this.#isLeftHandedBack) {
      this.#isLeftHandedBack = true;
      await handovers.handBackLeft();
    }
    if (this.#isSettled) return [];
    const settled = await settle(ledger.unfinished(), {
      clock: world.clock,
      writer: writer(),
      record,
      contextOf: ({ seq }) => {
        const [row] = world.journal.query({ kinds: ['connected'], beforeSeq: seq, limit: 1 });
        return row?.event.kind === 'connected' ? row.event.context : null;
      },
      graceMs,
    });
    this.#isSettled = true;
    this.#restore();
    return settled;
  }

  #restore(): void {
    this.#ports.reverting.restore(this.#ports.ledger.regressions());
  }
}
