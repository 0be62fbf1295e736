import type { Config } from '../config/schema';
import { type ErrorInfo, type JournalEvent, toErrorInfo } from '../protocol';
import { GateRows } from '../tasks/canary/hooks/gateRows';
import type { Gate, GateCall, GateDecision, GateKind, GateRelease } from '../tasks/canary/hooks/gateServer';

interface Ports {
  config(): Config;
  decide(kind: GateKind, release: GateRelease): GateDecision;
  record(event: JournalEvent): void;
  onError(error: ErrorInfo): void;
}

/** The gate that Flagger's webhooks ask: open as long as the config says so, at the address that it says. */
export class ReleaseGateLifetime {
  readonly #ports: Ports;
  readonly #rows = new GateRows();
  #gate: Gate | null = null;
  #settings = '';
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Null while it is closed. */
  get url(): string | null {
    return this.#gate?.url ?? null;
  }

  /** Opens it, closes it, or moves it, as the config says now. Never rejects: what cannot be opened is told. */
  follow(): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#followNow())
      .catch((error: unknown) => this.#ports.onError(toErrorInfo(error)));
    return this.#turn;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#turn = this.#turn.then(() => this.#shut());
    return this.#turn;
  }

  async #followNow(): Promise<void> {
    const { gate } = this.#ports.config().canary;
    const settings = JSON.stringify(gate);
    if (this.#isClosed || settings === this.#settings) return;
    await this.#shut();
    this.#settings = settings;
    if (!gate.enabled) return;
    // Loaded when it is needed: an agent without a gate does not pay for its code.
    const { openGate } = await import('../tasks/canary/hooks/gateServer');
    const { decide } = this.#ports;
    this.#gate = await openGate({ ...gate, decide, record: (call) => this.#record(call) });
  }

  async #shut(): Promise<void> {
    const gate = this.#gate;
    this.#gate = null;
    await gate?.close();
  }

  #record(call: GateCall): void {
    const row = this.#rows.rowOf(call);
    if (row !== null) this.#ports.record(row);
  }
}
