import type { EffectVerdict } from '../../protocol';
import type { FaultSpec } from '../experiment/faultSpec';
import type { EffectFacts } from './effectFacts';

/** What was seen of an effect, in words. */
export interface Effect {
  verdict: EffectVerdict;
  text: string;
}

export interface EffectQuestion {
  fault: FaultSpec;
  /** Names of the pods that were hit, as far as they are known; empty where they are not. */
  hit: readonly string[];
  before: EffectFacts;
  during: EffectFacts;
}

export function confirmed(text: string): Effect {
  return { verdict: 'confirmed', text };
}

export function mismatch(text: string): Effect {
  return { verdict: 'mismatch', text };
}

export function inconclusive(text: string): Effect {
  return { verdict: 'inconclusive', text };
}
