import type { ProbeResult } from '../../protocol';
import type { Experiment } from '../experiment/experiment';
import type { FaultSpec } from '../experiment/faultSpec';
import type { Probe } from '../experiment/probe';
import { type Effect, inconclusive } from './effect';
import type { EffectFacts } from './effectFacts';
import { resultText } from './ended';
import { verifyEffect } from './verifyEffect';

interface Ports {
  facts(signal?: AbortSignal): Promise<EffectFacts>;
  look(probes: readonly Probe[], signal: AbortSignal): Promise<readonly ProbeResult[]>;
}

/** Whether the effect of an experiment's fault is there: by its own probes, else against what was seen before. */
export class EffectLook {
  readonly #experiment: Experiment;
  readonly #ports: Ports;
  #before: EffectFacts | null = null;

  constructor(experiment: Experiment, ports: Ports) {
    this.#experiment = experiment;
    this.#ports = ports;
  }

  /** What the effect is compared with; call it right before the fault. */
  async takeBefore(signal: AbortSignal): Promise<void> {
    this.#before = await this.#ports.facts(signal);
  }

  /** @param hit names of the pods that were hit, where they are known */
  async take(hit: readonly string[], signal: AbortSignal): Promise<Effect> {
    const { effect: probes, fault } = this.#experiment;
    if (probes.length > 0) return this.#byProbes(probes, signal);
    const during = await this.#ports.facts(signal);
    if (this.#before === null || fault === undefined) {
      return inconclusive('the effect of several faults is not known: name what to look at as `effect`');
    }
    return verifyEffect({ fault: fault satisfies FaultSpec, hit, before: this.#before, during });
  }

  async #byProbes(probes: readonly Probe[], signal: AbortSignal): Promise<Effect> {
    const results = await this.#ports.look(probes, signal);
    const wanting =
      results.find(({ outcome }) => outcome === 'failed') ??
      results.find(({ outcome }) => outcome === 'no-data');
    const text = (wanting === undefined ? results : [wanting]).map(resultText).join('; ');
    if (wanting === undefined) return { verdict: 'confirmed', text };
    return { verdict: wanting.outcome === 'failed' ? 'mismatch' : 'inconclusive', text };
  }
}
