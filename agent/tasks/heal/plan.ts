import { DRAINED_FROM } from '../../cluster/labels';
import type { Pod, Workload } from '../../cluster/snapshot';
import type { Plan } from '../../loop/task';
import type { Action } from '../../protocol';
import type { ResourceAddress, Write } from '../../safety/change';
import { ownerText } from '../../safety/rules/replicas';

/** The one write that an action means, with its inverse and the words for it. */
export function planHeal(action: Action, workload: Workload): Plan {
  switch (action.kind) {
    case 'none':
      return { kind: 'impossible', why: 'doing nothing needs no change' };
    case 'scale': {
      const owner = workload.owners.find(({ owns }) => owns === 'replicas');
      return owner
        ? { kind: 'impossible', why: `${ownerText(owner)} owns the replicas` }
        : planScale(workload, action.from, action.to);
    }
    case 'advise':
    case 'take-over':
    case 'hand-back':
    case 'release':
      return { kind: 'impossible', why: 'autoscalers and releases are none of healing’s' };
    default: {
      const pod = workload.pods.find((candidate) => candidate.uid === action.podUid);
      if (!pod) return { kind: 'impossible', why: `pod ${action.pod} is gone` };
      if (action.kind === 'restart-pod') return planRestart(workload, pod);
      return action.kind === 'drain-pod' ? planDrain(workload, pod) : planUndrain(workload, pod);
    }
  }
}

/** The write that sets the replicas, also for the task that scales. */
export function planScale(workload: Workload, from: number, to: number): Plan {
  const scaleTo = (current: number, wanted: number): Write => ({
    verb: 'json-patch',
    resource: deploymentAddress(workload),
    subresource: 'scale',
    operations: [
      // A Deployment that was made anew under the same name is another one.
      { op: 'test', path: '/metadata/uid', value: workload.uid },
      { op: 'test', path: '/spec/replicas', value: current },
      { op: 'replace', path: '/spec/replicas', value: wanted },
    ],
  });
  return {
    kind: 'change',
    change: {
      description: `scale deployment ${workload.ref.name} ${from} → ${to}`,
      write: scaleTo(from, to),
      inverse: { kind: 'write', write: scaleTo(to, from), safe: true },
    },
    before: `kind: Deployment\nname: ${workload.ref.name}\nspec:\n  replicas: ${from}\n`,
    after: `kind: Deployment\nname: ${workload.ref.name}\nspec:\n  replicas: ${to}\n`,
    promise: to > from ? 'latency and errors fall within the settle time' : 'the objectives still hold',
  };
}

/** Through the eviction API, which keeps the PodDisruptionBudgets. */
function planRestart(workload: Workload, pod: Pod): Plan {
  return {
    kind: 'change',
    change: {
      description: `restart pod ${pod.name} of ${workload.ref.name}`,
      write: { verb: 'evict', resource: podAddress(workload, pod), uid: pod.uid },
      inverse: { kind: 'none', why: 'a pod that is gone stays gone; its ReplicaSet makes the replacement' },
    },
    before: `kind: Pod\nname: ${pod.name}\nstatus: ${pod.status}\nready: ${pod.ready}\nrestarts: ${pod.restarts}\n`,
    after: `kind: Pod\nname: (replacement of ${pod.name})\nstatus: Running\nready: true\nrestarts: 0\n`,
    promise: `a replacement of ${pod.name} serves within the settle time`,
  };
}

/** Takes away one label of each Service's selector. A pod that its ReplicaSet then no longer selects is replaced. */
function planDrain(workload: Workload, pod: Pod): Plan {
  const keys = labelsToRemove(workload, pod);
  if (keys.length === 0) return { kind: 'impossible', why: `no Service sends traffic to pod ${pod.name}` };
  return relabel(workload, pod, keys, 'drain');
}

function planUndrain(workload: Workload, pod: Pod): Plan {
  const keys = serviceLabels(workload).filter(([key, value]) => pod.labels[key] !== value);
  if (keys.length === 0) return { kind: 'impossible', why: `pod ${pod.name} is in its Service already` };
  return relabel(workload, pod, keys, 'undrain');
}

function relabel(
  workload: Workload,
  pod: Pod,
  labels: readonly (readonly [string, string])[],
  direction: 'drain' | 'undrain',
): Plan {
  const marker = labelPath(DRAINED_FROM);
  const drain: Write = {
    verb: 'json-patch',
    resource: podAddress(workload, pod),
    operations: [
      { op: 'test', path: '/metadata/uid', value: pod.uid },
      ...labels.flatMap(([key, value]) => [
        { op: 'test' as const, path: labelPath(key), value },
        { op: 'remove' as const, path: labelPath(key) },
      ]),
      { op: 'add', path: marker, value: workload.ref.name },
    ],
  };
  const undrain: Write = {
    verb: 'json-patch',
    resource: podAddress(workload, pod),
    operations: [
      { op: 'test', path: '/metadata/uid', value: pod.uid },
      { op: 'remove', path: marker },
      ...labels.map(([key, value]) => ({ op: 'add' as const, path: labelPath(key), value })),
    ],
  };
  const inService = `kind: Pod\nname: ${pod.name}\nlabels:\n${labels.map(([key, value]) => `  ${key}: ${value}\n`).join('')}`;
  const outOfService = `kind: Pod\nname: ${pod.name}\nlabels:\n  ${DRAINED_FROM}: ${workload.ref.name}\n`;
  const draining = direction === 'drain';
  return {
    kind: 'change',
    change: {
      description: draining
        ? `drain pod ${pod.name}: no Service sends it traffic`
        : `return pod ${pod.name} to its Service`,
      write: draining ? drain : undrain,
      inverse: { kind: 'write', write: draining ? undrain : drain, safe: true },
    },
    before: draining ? inService : outOfService,
    after: draining ? outOfService : inService,
    promise: draining ? 'latency and errors fall once the pod has no traffic' : 'the objectives still hold',
  };
}

/** For each Service one label, best one that its Deployment does not select by, so that the pod keeps its owner. */
function labelsToRemove(workload: Workload, pod: Pod): (readonly [string, string])[] {
  const chosen = new Map<string, string>();
  for (const service of workload.services) {
    const entries = Object.entries(service.selector).filter(([key, value]) => pod.labels[key] === value);
    const free = entries.find(([key]) => !(key in workload.selector));
    const [key, value] = free ?? entries[0] ?? [];
    if (key !== undefined && value !== undefined) chosen.set(key, value);
  }
  return [...chosen];
}

function serviceLabels(workload: Workload): (readonly [string, string])[] {
  return [...new Map(workload.services.flatMap((service) => Object.entries(service.selector)))];
}

function labelPath(key: string): string {
  return `/metadata/labels/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function deploymentAddress(workload: Workload): ResourceAddress {
  return {
    apiVersion: 'apps/v1',
    plural: 'deployments',
    namespace: workload.ref.namespace,
    name: workload.ref.name,
  };
}

function podAddress(workload: Workload, pod: Pod): ResourceAddress {
  return { apiVersion: 'v1', plural: 'pods', namespace: workload.ref.namespace, name: pod.name };
}
