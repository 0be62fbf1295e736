import {
  admits,
  type Breaker,
  type BreakerConfig,
  type BreakerEvent,
  breakerAfter,
  CLOSED,
} from '../../../safety/breaker';

/** The circuit breaker of one scaled workload. */
export interface ScaleBreaker {
  actions: Breaker;
  /** Steps in a row in which nothing could be decided. */
  blindSteps: number;
  /** Steps in a row in which the policy was out of its depth. */
  doubtfulSteps: number;
}

export type ScaleBreakerEvent =
  /** Something was done, or came of what was done. */
  | { kind: 'action'; event: BreakerEvent }
  /** A step without data. */
  | { kind: 'blind'; atMs: number }
  /** A step with data. `doubtful`: the learned policy has failed, was unsure, or has seen nothing like it. */
  | { kind: 'seen'; doubtful: boolean; atMs: number }
  /** Again and again nothing of what is wanted could be done. */
  | { kind: 'stuck'; atMs: number };

export const CLOSED_SCALE_BREAKER: ScaleBreaker = { actions: CLOSED, blindSteps: 0, doubtfulSteps: 0 };

/** So long out of its depth a policy goes on in name only: five minutes. */
export const MOST_DOUBTFUL_STEPS = 20;

/** The breaker after an event. Pure. */
export function scaleBreakerAfter(
  breaker: ScaleBreaker,
  event: ScaleBreakerEvent,
  config: BreakerConfig,
): ScaleBreaker {
  switch (event.kind) {
    case 'action':
      return { ...breaker, actions: breakerAfter(breaker.actions, event.event, config) };
    case 'blind': {
      const blindSteps = breaker.blindSteps + 1;
      return blindSteps < config.failures ? { ...breaker, blindSteps } : opened(breaker, event.atMs, config);
    }
    case 'seen': {
      const doubtfulSteps = event.doubtful ? breaker.doubtfulSteps + 1 : 0;
      if (doubtfulSteps >= MOST_DOUBTFUL_STEPS) return opened(breaker, event.atMs, config);
      return { ...breaker, blindSteps: 0, doubtfulSteps };
    }
    case 'stuck':
      return opened(breaker, event.atMs, config);
  }
}

/** Whether the autoscaler may be taken over now. */
export function mayTakeOver({ actions }: ScaleBreaker, nowMs: number): boolean {
  return admits(actions, nowMs) || actions.kind === 'half-open';
}

export function isOpen({ actions }: ScaleBreaker): boolean {
  return actions.kind === 'open';
}

function opened(breaker: ScaleBreaker, atMs: number, { openFor }: BreakerConfig): ScaleBreaker {
  // What is open stays so until its time is over.
  if (breaker.actions.kind === 'open') return breaker;
  return { actions: { kind: 'open', untilMs: atMs + openFor }, blindSteps: 0, doubtfulSteps: 0 };
}
