import type { Clock } from '../../clock';
import type { Config } from '../../config/schema';
import { type ChaosSchedule, type Control, type Mode, toErrorInfo } from '../../protocol';

export interface ChaosLoopPorts {
  clock: Clock;
  settings(): Config['chaos'];
  state(): { mode: Mode; control: Control };
  /** In [0, 1). */
  random(): number;
  /** Why an experiment cannot be run now, in words; null where it can. */
  objection(experiment: string): Promise<string | null>;
  /** Begins a run, whose end is not waited for. @throws CoxswainError */
  run(experiment: string): Promise<void>;
  publish(schedule: ChaosSchedule): void;
}

/**
 * The chaos loop: every now and then one of the experiments that the config names. A turn that cannot be taken is left
 * out and says why; it is not made up for.
 */
export class ChaosLoop {
  readonly #ports: ChaosLoopPorts;
  #cancel: () => void = () => undefined;
  /** The settings that the next turn was planned by. */
  #planned = '';
  #state: ChaosSchedule = { enabled: false, nextAtMs: null, text: '' };

  constructor(ports: ChaosLoopPorts) {
    this.#ports = ports;
  }

  get state(): ChaosSchedule {
    return this.#state;
  }

  /** Plans anew where the settings have changed; call it at the start and after each change of the config. */
  configChanged(): void {
    const { enabled, schedule } = this.#ports.settings();
    const planned = JSON.stringify({ enabled, schedule });
    if (planned === this.#planned) return;
    this.#planned = planned;
    this.#plan(this.#state.text);
  }

  stop(): void {
    this.#cancel();
  }

  #plan(text: string): void {
    this.#cancel();
    const { clock, settings, random } = this.#ports;
    const { enabled, schedule } = settings();
    const isOn = enabled && schedule.enabled;
    const waitMs = schedule.every + random() * schedule.jitter;
    this.#state = { enabled: isOn, nextAtMs: isOn ? clock.nowMs() + waitMs : null, text };
    this.#ports.publish(this.#state);
    if (isOn) this.#cancel = clock.schedule(waitMs, () => void this.#turn().then((said) => this.#plan(said)));
  }

  /** @returns what it ran, or why it was left out */
  async #turn(): Promise<string> {
    const { settings, state, random, objection, run } = this.#ports;
    const { experiments } = settings().schedule;
    const { mode, control } = state();
    if (mode === 'observe') return leftOut('mode observe never writes');
    if (control.kind !== 'running') return leftOut(`Coxswain is ${control.kind} by ${control.by}`);
    const experiment = experiments[Math.floor(random() * experiments.length)];
    if (experiment === undefined) return leftOut('`chaos.schedule.experiments` names none');
    try {
      const why = await objection(experiment);
      if (why !== null) return leftOut(`${experiment}: ${why}`);
      await run(experiment);
      return `ran ${experiment}`;
    } catch (error) {
      return leftOut(`${experiment}: ${toErrorInfo(error).message}`);
    }
  }
}

function leftOut(why: string): string {
  return `left out: ${why}`;
}
