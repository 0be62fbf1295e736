import type { ReadyObservation } from './task';

export function isUnhealthy({ assessment }: ReadyObservation<unknown>): boolean {
  return assessment.health === 'degraded' || assessment.health === 'failing';
}
