import type { Pod, Workload } from '../../cluster/snapshot';
import { CoxswainError } from '../../protocol';
import type { SelectorMode } from '../experiment/selectorMode';

export interface Choice {
  mode: SelectorMode;
  /** Pods or percent, as the mode says; null for `one` and `all`. */
  value: number | null;
}

/** The pods that a fault may hit: those that are not on their way out. */
export function targetPods({ pods }: Workload): readonly Pod[] {
  return pods.filter((pod) => pod.deletingSinceMs === null);
}

/** @throws CoxswainError `config-invalid` where there are none. */
export function requirePods(workload: Workload): readonly Pod[] {
  const pods = targetPods(workload);
  if (pods.length > 0) return pods;
  throw new CoxswainError(
    'config-invalid',
    `The fault would hit nothing: ${nameOf(workload)} has no pod.`,
    'Choose a workload that has pods, or wait until it has.',
  );
}

/** As many of so many as the mode hits at the most. */
export function mostAffected({ mode, value }: Choice, available: number): number {
  switch (mode) {
    case 'one':
      return Math.min(1, available);
    case 'all':
      return available;
    case 'fixed':
      return Math.min(value ?? 0, available);
    case 'fixed-percent':
    case 'random-max-percent':
      return Math.floor((available * (value ?? 0)) / 100);
  }
}

/**
 * Some of the items, each with the same chance, as many as Chaos Mesh takes (`pkg/selector/generic/mode.go`): percents
 * are rounded down, and `random-max-percent` draws the percent first, which may come to nothing.
 */
export function choose<T>(items: readonly T[], choice: Choice, random: () => number): readonly T[] {
  const { mode, value } = choice;
  const drawn = mode === 'random-max-percent' ? Math.floor(random() * ((value ?? 0) + 1)) : value;
  const rest = [...items];
  const chosen: T[] = [];
  const wanted = mostAffected({ mode, value: drawn }, items.length);
  while (chosen.length < wanted) chosen.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return chosen;
}

/** `1 pod`, `all pods`, `up to 50 % of the pods`. */
export function choiceText({ mode, value }: Choice): string {
  switch (mode) {
    case 'one':
      return '1 pod';
    case 'all':
      return 'all pods';
    case 'fixed':
      return value === 1 ? '1 pod' : `${value} pods`;
    case 'fixed-percent':
      return `${value} % of the pods`;
    case 'random-max-percent':
      return `up to ${value} % of the pods`;
  }
}

export function nameOf({ ref }: Workload): string {
  return `${ref.namespace}/${ref.name}`;
}
