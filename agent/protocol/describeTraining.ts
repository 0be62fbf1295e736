import { formatAge, formatCount } from './format';
import type { Training } from './training';

/** Whether it is over, well or not. */
export function isOver({ state }: Pick<Training, 'state'>): boolean {
  return state.kind === 'finished' || state.kind === 'cancelled' || state.kind === 'failed';
}

/** Env steps so far; the last iteration may go beyond what was asked for. */
export function stepsDone({ points, totalSteps }: Pick<Training, 'points' | 'totalSteps'>): number {
  return Math.min(points.at(-1)?.steps ?? 0, totalSteps);
}

/** What it is doing, how fast and for how long still: `42 % · 71,000 steps/s · 12 s left`. */
export function describeProgress(training: Training): string {
  const { state, stepsPerSecond, etaSeconds, totalSteps } = training;
  switch (state.kind) {
    case 'starting':
      return 'starting';
    case 'training': {
      const parts = [`${percent(stepsDone(training), totalSteps)} %`];
      if (stepsPerSecond !== null) parts.push(`${formatCount(stepsPerSecond)} steps/s`);
      if (etaSeconds !== null) parts.push(`${formatAge(Math.ceil(etaSeconds) * 1000)} left`);
      return parts.join(' · ');
    }
    case 'evaluating':
      return `comparing with its baselines, ${percent(state.done, state.total)} %`;
    case 'cancelling':
      return 'being cancelled';
    case 'finished':
    case 'cancelled':
    case 'failed':
      return state.kind;
  }
}

/** Rounded down, so that 100 means done. */
function percent(done: number, total: number): number {
  return total > 0 ? Math.floor((100 * done) / total) : 0;
}
