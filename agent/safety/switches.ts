import { type Control, CoxswainError, type Mode } from '../protocol';
import type { GateWorld } from './gateWorld';

type Ports = Pick<GateWorld, 'clock' | 'journal' | 'config' | 'onMode' | 'onControl'>;

/**
 * Mode and control, as people set them. What takes freedom away counts at once, even if the journal cannot be
 * written; what gives freedom is recorded first. Pause and emergency stop outlive the agent: a restart does not
 * clear them. The mode at the start is the config's.
 */
export class Switches {
  readonly #ports: Ports;
  #mode: Mode;
  #control: Control;

  constructor(ports: Ports, mode: Mode) {
    this.#ports = ports;
    this.#mode = mode;
    const [last] = ports.journal.query({ kinds: ['control-changed'], limit: 1 });
    this.#control = last?.event.kind === 'control-changed' ? last.event.control : { kind: 'running' };
  }

  get mode(): Mode {
    return this.#mode;
  }

  get control(): Control {
    return this.#control;
  }

  /** @throws CoxswainError `confirmation-needed` for `auto` unless `confirmed`. */
  setMode(mode: Mode, by: string, confirmed: boolean): void {
    if (mode === this.#mode) return;
    if (mode === 'auto' && !confirmed) throw autoUnconfirmed(this.#ports.config().namespaces);
    const record = () => this.#ports.journal.append({ kind: 'mode-changed', mode, by });
    if (FREEDOM[mode] > FREEDOM[this.#mode]) record();
    const tightened = FREEDOM[mode] < FREEDOM[this.#mode];
    this.#mode = mode;
    this.#ports.onMode(mode);
    if (tightened) record();
  }

  /** A stop stays a stop. */
  pause(by: string): Control {
    if (this.#control.kind === 'running') this.#halt('paused', by);
    return this.#control;
  }

  stop(by: string): Control {
    if (this.#control.kind !== 'stopped') this.#halt('stopped', by);
    return this.#control;
  }

  /** @throws CoxswainError `confirmation-needed` after an emergency stop, unless `clearStop`. */
  resume(clearStop: boolean): Control {
    if (this.#control.kind === 'running') return this.#control;
    if (this.#control.kind === 'stopped' && !clearStop) {
      throw new CoxswainError(
        'confirmation-needed',
        `Coxswain was stopped by ${this.#control.by}.`,
        'Resume once the reason for the emergency stop is gone, and say so (`coxswain resume --clear-stop`).',
      );
    }
    const control: Control = { kind: 'running' };
    this.#ports.journal.append({ kind: 'control-changed', control });
    this.#control = control;
    this.#ports.onControl(control);
    return control;
  }

  #halt(kind: 'paused' | 'stopped', by: string): void {
    const control: Control = { kind, by, atMs: this.#ports.clock.nowMs() };
    this.#control = control;
    this.#ports.onControl(control);
    this.#ports.journal.append({ kind: 'control-changed', control });
  }
}

const FREEDOM: Record<Mode, number> = { observe: 0, approve: 1, auto: 2 };

function autoUnconfirmed(namespaces: readonly string[]): CoxswainError {
  const where = namespaces.length === 0 ? 'no namespace' : namespaces.join(', ');
  return new CoxswainError(
    'confirmation-needed',
    `In mode auto Coxswain restarts and drains pods, scales Deployments, and takes over from autoscalers where scale.steering says so, without asking, in: ${where}.`,
    'Confirm that it may (`coxswain mode auto --yes`).',
  );
}
