import { CANARY_SPEC } from '../../../sim/canary/observation';
import { type PacePolicy, ruled } from './pacePolicy';

/** Leaves the weight as it is. */
export function hold(): PacePolicy {
  return {
    name: 'hold',
    version: '1',
    spec: CANARY_SPEC,
    decide: (view) => ruled(view, 'hold', 'the rule holds the weight; people change it'),
  };
}
