import type { Random } from '../../../sim/random';
import type { KubeObject } from '../../objectStore';
import { labelsMatch } from '../../store/labelSelector';
import { podPhase, podSpec } from '../kinds';
import type { PodSelector, SelectionMode } from './experiments';

/** The pods that an experiment may hit. Without namespaces in the selector that is its own namespace. */
export function selectablePods(
  pods: readonly KubeObject[],
  selector: PodSelector,
  ownNamespace: string,
): KubeObject[] {
  const { pods: named, nodes, podPhaseSelectors: phases } = selector;
  const namespaces = selector.namespaces?.length ? selector.namespaces : [ownNamespace];
  const contains = (all: readonly string[] | undefined, value: string) => !all?.length || all.includes(value);
  return pods.filter((pod) => {
    const { name, namespace = '', deletionTimestamp, labels, annotations = {} } = pod.metadata;
    if (deletionTimestamp !== undefined) return false;
    if (named) return named[namespace]?.includes(name) ?? false;
    return (
      namespaces.includes(namespace) &&
      isSubset(selector.labelSelectors, labels ?? {}) &&
      isSubset(selector.annotationSelectors, annotations) &&
      labelsMatch(selector.expressionSelectors ?? [], labels) &&
      contains(nodes, podSpec(pod).nodeName ?? '') &&
      contains(phases, podPhase(pod))
    );
  });
}

/** As many of them, at random, as the mode says. Throws RangeError where `value` does not fit the mode. */
export function pick(
  pods: readonly KubeObject[],
  mode: SelectionMode,
  value: string | undefined,
  random: Random,
): KubeObject[] {
  const shuffled = [...pods];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const [a, b] = [shuffled[i], shuffled[j]];
    if (a && b) [shuffled[i], shuffled[j]] = [b, a];
  }
  return shuffled.slice(0, wantedCount(pods.length, mode, value, random));
}

function wantedCount(
  available: number,
  mode: SelectionMode,
  value: string | undefined,
  random: Random,
): number {
  switch (mode) {
    case 'one':
      return 1;
    case 'all':
      return available;
    case 'fixed':
      return amount(value, Number.MAX_SAFE_INTEGER);
    case 'fixed-percent':
      return Math.floor((available * amount(value, 100)) / 100);
    case 'random-max-percent':
      return Math.floor((available * random.below(amount(value, 100) + 1)) / 100);
  }
}

function amount(value: string | undefined, max: number): number {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed <= 0 || parsed > max) {
    throw new RangeError(`value ${value ?? '(none)'}: expected a whole number from 1 to ${max}`);
  }
  return parsed;
}

function isSubset(wanted: Readonly<Record<string, string>> = {}, present: Readonly<Record<string, string>>) {
  return Object.entries(wanted).every(([key, value]) => present[key] === value);
}
