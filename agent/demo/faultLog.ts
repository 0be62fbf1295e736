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
  /** Faults that the agent or the cluster refused. */
  notInjected: number;
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
  readonly #incidentRows: JournalRow[] = [];
  readonly #actions = new Set<string>();
  #patientFrom = 0;
  #notInjected = 0;
  #actionsDone = 0;
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
    // It may have been detected before its injection was answered.
    for (const row of this.#incidentRows) this.#followIncident(row);
  }

  notInjected(): void {
    this.#notInjected += 1;
  }

  /** The faults so far are not waited for any longer. */
  giveUp(): void {
    this.#patientFrom = this.#records.length;
  }

  /** Whether no fault is waited for. */
  get settled(): boolean {
    return this.#records.slice(this.#patientFrom).every((record) => record.recoveredAfterSeconds !== null);
  }

  observe(row: JournalRow): void {
    const { event } = row;
    if (event.kind === 'intent' && event.action !== null) this.#actions.add(event.transactionId);
    if (event.kind === 'result' && event.result === 'done' && this.#actions.has(event.transactionId)) {
      this.#actionsDone += 1;
    }
    if (event.kind === 'verdict' && event.verdict.outcome === 'deny') this.#denied += 1;
    if (event.kind !== 'incident-opened' && event.kind !== 'incident-closed') return;
    this.#incidentRows.push(row);
    this.#followIncident(row);
  }

  /** To inject a fault and to take its object away are writes as well, but no actions of a policy. */
  isFaultWrite({ event }: JournalRow): boolean {
    return (event.kind === 'intent' || event.kind === 'result') && !this.#actions.has(event.transactionId);
  }

  #followIncident({ event, atMs }: JournalRow): void {
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
      notInjected: this.#notInjected,
      detected: this.#records.filter((record) => record.detectedAfterSeconds !== null).length,
      recovered: recoveries.length,
      kinds: [...new Set(this.#records.map((record) => record.kind))],
      mttrSeconds: recoveries.length === 0 ? null : total / recoveries.length,
      actions: this.#actionsDone,
      denied: this.#denied,
      records: this.#records,
    };
  }
}
