import { type ScalingState, toErrorInfo, type WorkloadRef } from '../../../protocol';
import { createLearnedScale } from './policies/learnedScale';
import type { ScaleLook, ScalePolicy } from './policies/policy';
import { scaleRuleOf } from './policies/rules';
import type { ScalerPorts } from './scalerPorts';
import { ShadowTally } from './shadowTally';

type Ports = Pick<ScalerPorts, 'config' | 'loadPolicy'>;

/** The version of `scale.shadowPolicy`, which decides beside the policy that steers; nothing of it is ever done. */
export class ShadowDecider {
  readonly #ref: WorkloadRef;
  readonly #ports: Ports;
  /** What the config names; null where it names none. */
  #version: string | null = null;
  #policy: ScalePolicy | null = null;
  #problem: string | null = null;
  #tally = new ShadowTally('');

  constructor(ref: WorkloadRef, ports: Ports) {
    this.#ref = ref;
    this.#ports = ports;
    this.configChanged();
  }

  get state(): ScalingState['shadow'] {
    if (this.#version === null) return null;
    return { policy: this.#version, text: this.#problem ?? this.#tally.text };
  }

  configChanged(): void {
    const version = this.#ports.config().scale.shadowPolicy ?? null;
    if (version === this.#version) return;
    this.#version = version;
    this.#policy = this.#problem = null;
    this.#tally = new ShadowTally(version ?? '');
    if (version !== null) void this.#load(version);
  }

  reset(): void {
    this.#policy?.reset();
  }

  /** @param ours pods that the policy which steers wants; both are kept to the bounds */
  decide(look: ScaleLook, ours: number, bounded: (pods: number) => number): void {
    if (this.#policy === null) return;
    const { replicas } = this.#policy.decide(look);
    const others = bounded(replicas);
    this.#tally.add({ atMs: look.nowMs, ours, others, load: look.view.estimates.load });
  }

  async #load(version: string): Promise<void> {
    const { config, loadPolicy } = this.#ports;
    try {
      const learned = await loadPolicy(version);
      if (version !== this.#version) return;
      this.#policy = createLearnedScale(learned, scaleRuleOf(this.#ref, config()), () => config().guard);
    } catch (error) {
      if (version === this.#version) this.#problem = toErrorInfo(error).message;
    }
  }
}
