import { formatAge } from '../../../protocol';
import { STEPS_PER_HOUR } from '../../../sim/scale/units';

/** One step in which two policies have looked at the same workload. */
export interface TallyStep {
  atMs: number;
  /** Pods that each of them wants, within the bounds. */
  ours: number;
  others: number;
  /** In pods at full utilisation. */
  load: number;
}

/** With fewer pods than this per pod of load requests wait. */
const FULL = 1;

/**
 * What a second policy, which decides beside the one that steers, would have made different, step by step as things
 * were: pods that it would have paid for, and steps in which it would have had too few. An estimate; it never had to
 * live with what it wished.
 */
export class ShadowTally {
  readonly #policy: string;
  #sinceMs: number | null = null;
  #nowMs = 0;
  #podHours = { ours: 0, others: 0 };
  #shortSteps = { ours: 0, others: 0 };

  constructor(policy: string) {
    this.#policy = policy;
  }

  add({ atMs, ours, others, load }: TallyStep): void {
    this.#sinceMs ??= atMs;
    this.#nowMs = atMs;
    this.#podHours.ours += ours / STEPS_PER_HOUR;
    this.#podHours.others += others / STEPS_PER_HOUR;
    if (load > FULL * ours) this.#shortSteps.ours += 1;
    if (load > FULL * others) this.#shortSteps.others += 1;
  }

  get text(): string {
    if (this.#sinceMs === null) return `${this.#policy} has not decided yet`;
    const { ours, others } = this.#podHours;
    const part = ours > 0 ? ` (${signedPercent(others / ours - 1)})` : '';
    const short = (this.#shortSteps.others - this.#shortSteps.ours) / (STEPS_PER_HOUR / 60);
    const over = formatAge(this.#nowMs - this.#sinceMs);
    return `${this.#policy} would have used ${differs(others - ours, 'pod-hours')}${part} in ${over}, with ${differs(short, 'minutes')} of overload`;
  }
}

function differs(difference: number, unit: string): string {
  if (Math.abs(difference) < 0.05) return `as many ${unit}`;
  return `${Math.abs(difference).toFixed(1)} ${unit} ${difference > 0 ? 'more' : 'less'}`;
}

function signedPercent(share: number): string {
  const percent = Math.round(share * 100);
  return percent > 0 ? `+${percent} %` : `${percent} %`.replace('-', '−');
}
