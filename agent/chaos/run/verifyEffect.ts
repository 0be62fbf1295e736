import { type Effect, type EffectQuestion, inconclusive } from './effect';
import { cpuStress, failures, latency, memoryStress } from './metricEffects';
import {
  containersRestarted,
  newPodsUnready,
  newPodsWithoutImage,
  nodeCordoned,
  podsGone,
  podsUnready,
  replicasFewer,
} from './stateEffects';

/**
 * Whether what is usual for a kind of fault is there. `mismatch`: there was data, and it shows nothing of the kind so
 * far. Pure.
 */
export function verifyEffect(question: EffectQuestion): Effect {
  const { fault } = question;
  switch (fault.kind) {
    case 'pod-kill':
    case 'pod-evict':
      return podsGone(question);
    case 'pod-failure':
      return podsUnready(question);
    case 'container-kill':
      return containersRestarted(question);
    case 'scale-down':
      return replicasFewer(question);
    case 'bad-image':
      return newPodsWithoutImage(question);
    case 'bad-probe':
      return newPodsUnready(question);
    case 'node-cordon':
      return nodeCordoned(question);
    case 'cpu-stress':
      return cpuStress(question);
    case 'memory-stress':
      return memoryStress(question);
    case 'network-delay':
    case 'http-delay':
    case 'io-delay':
      return latency(question, fault.latency / 1000);
    case 'network-loss':
    case 'network-partition':
    case 'network-bandwidth':
    case 'http-abort':
    case 'dns-error':
    case 'io-error':
      return failures(question);
    case 'time-skew':
      return inconclusive(
        'a skewed clock shows in nothing that every workload has: name what to look at as `effect`',
      );
  }
}
