import type { AgentSnapshot, Change, ErrorInfo } from '../protocol';

interface Ports {
  errors(): AgentSnapshot['errors'];
  log(text: string): void;
  publish(change: Change): void;
}

/** An error that goes on is told again after this long, wall time. */
const REPEATED_ERROR_MS = 60_000;

/** The errors of an agent: logged, and kept for `diagnose`. */
export class ErrorReports {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The same error again and again is told once in a while. */
  report(error: ErrorInfo): void {
    const { errors, log } = this.#ports;
    const last = errors().findLast(({ message }) => message === error.message);
    if (last && Date.now() - last.atMs < REPEATED_ERROR_MS) return;
    log(`${error.code}: ${error.message} ${error.remedy}`);
    this.keep(error);
  }

  keep(error: ErrorInfo): void {
    this.#ports.publish({ kind: 'error', error: { ...error, atMs: Date.now() } });
  }
}
