import type { Fault, FaultKind, JournalRow } from '../protocol';

/** What became of one injected fault. Times are cluster time. */
export interface FaultRecord {
  id: string;
  kind: FaultKind;
  text: string;
  injectedAtMs: number;
  incidentId: string | null;
  detectedAfterSeconds: number | null;
  recoveredAfterSeconds: number | null;
  actions: number;
}

export interface DemoSummary {
  injected: number;
  detected: number;
  recovered: number;
  kinds: FaultKind[];
  /** Mean time to recovery over the recovered faults, cluster seconds; null without any. */
  mttrSeconds: number | null;
  actions: number;
  denied: number;
  records: readonly FaultRecord[];
}

/** Follows the journal to tell what became of the faults that the demo injects, one after the other. */
export class FaultLog {
  readonly #records: FaultRecord[] = [];
  readonly #actionsUnderWay = new Set<string>();
  #actions = 0;
  #denied = 0;

  injected(fault: Fault): void {
    this.#records.push({
      id: fault.id,
      kind: fault.kind,
      text: fault.text,
      injectedAtMs: fault.startedAtMs,
      incidentId: null,
      detectedAfterSeconds: null,
      recoveredAfterSeconds: null,
      actions: 0,
    });
  }

  /** The injected faults count as handled once each is recovered. */
  get settled(): boolean {
    return this.#records.every((record) => record.recoveredAfterSeconds !== null);
  }

  observe({ event, atMs }: JournalRow): void {
    // Injecting a fault is a transaction as well, but no action of a policy.
    if (event.kind === 'intent' && event.action !== null) this.#actionsUnderWay.add(event.transactionId);
    if (
      event.kind === 'result' &&
      event.result === 'done' &&
      this.#actionsUnderWay.has(event.transactionId)
    ) {
      this.#actions += 1;
    }
    if (event.kind === 'verdict' && event.verdict.outcome === 'deny') this.#denied += 1;
    if (event.kind === 'incident-opened') {
      const record = this.#records.find(({ id, incidentId }) => id === event.faultId && incidentId === null);
      if (!record) return;
      record.incidentId = event.incidentId;
      record.detectedAfterSeconds = (atMs - record.injectedAtMs) / 1000;
    }
    if (event.kind === 'incident-closed') {
      const record = this.#records.find(({ incidentId }) => incidentId === event.incidentId);
      if (!record) return;
      record.recoveredAfterSeconds = event.recoverySeconds;
      record.actions = event.actions;
    }
  }

  summary(): DemoSummary {
    const recoveries = this.#records.map((record) => record.recoveredAfterSeconds).filter((s) => s !== null);
    const total = recoveries.reduce((sum, seconds) => sum + seconds, 0);
    return {
      injected: this.#records.length,
      detected: this.#records.filter((record) => record.detectedAfterSeconds !== null).length,
      recovered: recoveries.length,
      kinds: [...new Set(this.#records.map((record) => record.kind))],
      mttrSeconds: recoveries.length === 0 ? null : total / recoveries.length,
      actions: this.#actions,
      denied: this.#denied,
      records: this.#records,
    };
  }
}
