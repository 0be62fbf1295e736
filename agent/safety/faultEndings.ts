import type { RunningFault } from '../cluster/snapshot';
import { type Control, type ErrorInfo, type Mode, toErrorInfo } from '../protocol';
import type { ReversibleChange } from './change';
import { checkedRecovery, kubectlHint } from './faultEnd';
import type { GateWorld } from './gateWorld';

/** After each step a fault has so long to go before the next one is taken, ms of cluster time. */
export const FORCE_AFTER_MS = 10_000;

export interface EndingsPorts {
  world: GateWorld;
  state(): { mode: Mode; control: Control };
  /** Does a change as a transaction. */
  send(workloadId: string, change: ReversibleChange): Promise<void>;
}

/** How far the end of a fault has gone. `noticed`: it ends, and nobody of this run has asked for that. */
interface Ending {
  sinceMs: number;
  step: 'noticed' | 'asked' | 'forced' | 'reported';
}

/**
 * Looks after faults that are being ended. One that does not go is asked to, then cleaned up by force, and in the end
 * reported with what a person can do.
 */
export class FaultEndings {
  readonly #ports: EndingsPorts;
  /** By the id of the fault. */
  readonly #endings = new Map<string, Ending>();

  constructor(ports: EndingsPorts) {
    this.#ports = ports;
  }

  asked({ id }: RunningFault): void {
    if (this.#endings.get(id)?.step === 'forced') return;
    this.#endings.set(id, { sinceMs: this.#nowMs(), step: 'asked' });
  }

  async tick(): Promise<void> {
    const shown = new Map(this.#ports.world.snapshot().faults.map((fault) => [fault.id, fault]));
    for (const id of this.#endings.keys()) if (!shown.has(id)) this.#endings.delete(id);
    for (const fault of shown.values()) this.#notice(fault);
    const nowMs = this.#nowMs();
    const late = [...this.#endings].flatMap(([id, ending]) => {
      const fault = shown.get(id);
      return fault && nowMs - ending.sinceMs >= FORCE_AFTER_MS ? [{ fault, step: ending.step }] : [];
    });
    await Promise.all(late.map(({ fault, step }) => this.#goOn(fault, step)));
  }

  /** One that an earlier run was ending, or that ends by itself. In mode observe only an emergency stop cleans up. */
  #notice(fault: RunningFault): void {
    if (!fault.ours || fault.state !== 'recovering' || !this.#mayClean || this.#endings.has(fault.id)) return;
    this.#endings.set(fault.id, { sinceMs: this.#nowMs(), step: 'noticed' });
  }

  get #mayClean(): boolean {
    const { mode, control } = this.#ports.state();
    return mode !== 'observe' || control.kind === 'stopped';
  }

  async #goOn(fault: RunningFault, step: Ending['step']): Promise<void> {
    if (!this.#mayClean) {
      if (step !== 'reported') this.#report(fault, null);
      // Once the mode allows it, it is noticed anew.
      this.#endings.delete(fault.id);
      return;
    }
    const provider = this.#ports.world.provider(fault.provider);
    switch (step) {
      case 'noticed':
        return this.#try(fault, 'asked', () => provider.recover(fault));
      case 'asked':
        return this.#try(fault, 'forced', () => provider.forceRecovery(fault));
      case 'forced':
        return this.#report(fault, null);
      case 'reported':
    }
  }

  async #try(
    fault: RunningFault,
    next: Ending['step'],
    changes: () => readonly ReversibleChange[],
  ): Promise<void> {
    this.#endings.set(fault.id, { sinceMs: this.#nowMs(), step: next });
    const { world, send } = this.#ports;
    try {
      for (const change of checkedRecovery(fault, changes())) await send(world.faultWorkload(fault), change);
    } catch (error) {
      const info = toErrorInfo(error);
      if (next === 'forced' && info.code !== 'not-found') this.#report(fault, info);
    }
  }

  #report(fault: RunningFault, error: ErrorInfo | null): void {
    this.#endings.set(fault.id, { sinceMs: this.#nowMs(), step: 'reported' });
    const { plural, namespace, name } = fault.resource;
    const object = `${plural} ${namespace === '' ? '' : `${namespace}/`}${name}`;
    const causes = [error?.message ?? '', fault.trouble].filter((cause) => cause !== '').join('; ');
    this.#ports.world.onFaultStuck({
      code: 'conflict',
      message: `The fault ${object} does not go away${causes === '' ? '' : `: ${causes}`}.`,
      remedy: `Remove it by hand: ${kubectlHint(fault)}`,
    });
  }

  #nowMs(): number {
    return this.#ports.world.clock.nowMs();
  }
}
