import { isRecord } from './schema';

/**
 * Kubernetes' strategic merge patch: as a JSON merge patch, except that lists of objects with a merge key are merged
 * item by item, and that directives (`$patch`, `$retainKeys`, `$deleteFromPrimitiveList/…`) are followed. The order
 * wished for by `$setElementOrder/…` is not kept: new items come last.
 */
export function strategicMerge(target: unknown, patch: Record<string, unknown>): Record<string, unknown> {
  const result = new Map(isRecord(target) && patch.$patch !== 'replace' ? Object.entries(target) : []);
  const { $retainKeys: retained } = patch;
  if (Array.isArray(retained))
    for (const key of [...result.keys()]) if (!retained.includes(key)) result.delete(key);
  for (const [key, value] of Object.entries(patch)) {
    const list = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1];
    if (list !== undefined) result.set(list, without(result.get(list), value));
    if (key.startsWith('$')) continue;
    if (value === null || (isRecord(value) && value.$patch === 'delete')) result.delete(key);
    else if (Array.isArray(value)) result.set(key, mergeList(key, result.get(key), value));
    else result.set(key, isRecord(value) ? strategicMerge(result.get(key), value) : value);
  }
  return Object.fromEntries(result);
}

/** `patchMergeKey` of the lists in the built-in kinds, by the list's name; all other lists are replaced. */
const MERGE_KEYS: Record<string, readonly string[]> = {
  addresses: ['type'],
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  ephemeralContainers: ['name'],
  hostAliases: ['ip'],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  ownerReferences: ['uid'],
  /** Of a container, or of a Service. */
  ports: ['containerPort', 'port'],
  topologySpreadConstraints: ['topologyKey'],
  volumeDevices: ['devicePath'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
};

function mergeList(field: string, target: unknown, patch: readonly unknown[]): unknown[] {
  const present: unknown[] = Array.isArray(target) ? target : [];
  if (field === 'finalizers') return [...new Set([...present, ...patch])];
  const items = patch.filter(isRecord);
  const mergeKey = MERGE_KEYS[field]?.find((key) => items.some((item) => item[key] !== undefined));
  const replaces = items.some((item) => item.$patch === 'replace' && Object.keys(item).length === 1);
  if (replaces) return patch.filter((item) => !(isRecord(item) && '$patch' in item));
  if (mergeKey === undefined) return [...patch];
  const result = [...present];
  for (const item of items) {
    const index = result.findIndex((other) => isRecord(other) && other[mergeKey] === item[mergeKey]);
    if (item.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = strategicMerge(result[index], item);
    else result.push(strategicMerge({}, item));
  }
  return result;
}

function without(list: unknown, values: unknown): unknown[] {
  return Array.isArray(list) && Array.isArray(values) ? list.filter((value) => !values.includes(value)) : [];
}
