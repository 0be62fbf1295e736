import type { Random } from '../../../sim/random';
import { parseFieldSelector } from '../../api/fieldSelector';
import type { KubeObject } from '../../objectStore';
import { labelsMatch } from '../../store/labelSelector';
import { podPhase, podSpec } from '../kinds';
import type { PodSelector, SelectionMode } from './experiments';

/**
 * The pods that an experiment may hit. Without namespaces in the selector that is its own namespace. Throws StatusError
 * for a field that Kubernetes does not select pods by.
 */
export function selectablePods(
  pods: readonly KubeObject[],
  selector: PodSelector,
  ownNamespace: string,
  clusterNodes: readonly KubeObject[] = [],
): KubeObject[] {
  const { pods: named, podPhaseSelectors: phases } = selector;
  const nodes = selectedNodes(selector, clusterNodes);
  const fields = Object.entries(selector.fieldSelectors ?? {}).map(([field, value]) => `${field}=${value}`);
  const hasFields = parseFieldSelector(fields.join(','), ['spec.nodeName', 'status.phase', 'status.podIP']);
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
      (nodes === null || nodes.has(podSpec(pod).nodeName ?? '')) &&
      hasFields(pod) &&
      contains(phases, podPhase(pod))
    );
  });
}

/** The names of the nodes that are named or have the labels; null where any node will do. */
function selectedNodes(
  { nodes = [], nodeSelectors = {} }: PodSelector,
  clusterNodes: readonly KubeObject[],
): ReadonlySet<string> | null {
  const byLabel = Object.keys(nodeSelectors).length > 0;
  if (nodes.length === 0 && !byLabel) return null;
  const labelled = clusterNodes.filter(({ metadata }) => isSubset(nodeSelectors, metadata.labels ?? {}));
  return new Set([...nodes, ...(byLabel ? labelled.map(({ metadata }) => metadata.name) : [])]);
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
