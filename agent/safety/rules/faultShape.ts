import { MANAGED_BY, MANAGER, NATIVE_FAULT, RUN_ID } from '../../cluster/labels';
import type { Workload } from '../../cluster/snapshot';
import type { Write } from '../change';
import type { FaultInput } from '../guardInput';
import {
  appInfoOf,
  CHAOS_MESH,
  type ChaosObject,
  LITMUS,
  readChaosObject,
  type Selector,
  selectionsOf,
} from './faultTargets';
import { deny, type Rule } from './rule';

type Input = Pick<FaultInput, 'config' | 'change' | 'ref' | 'workload' | 'plan' | 'strangers'>;
type Patch = Extract<Write, { verb: 'json-patch' }>;

/**
 * A fault is nothing but what the three providers write: an object of a chaos tool that carries our label, so that an
 * emergency stop finds it, and selects nothing but pods of the target; the end of a pod of the target; or a patch of
 * the target, or of a node, that says in an annotation how it is taken back. And all but the end of a pod says how.
 */
export const faultShape: Rule<Input> = {
  name: 'fault-shape',
  judge(input) {
    // A target that is gone is told by another rule.
    const why = input.workload === undefined ? null : misfit(input, input.workload);
    return why === null ? null : deny(why);
  },
};

function misfit(input: Input, workload: Workload): string | null {
  const { plan, change } = input;
  const { write } = change;
  if (plan.provider !== 'native') return chaosObjectMisfit(input, workload);
  if (write.verb === 'delete' || write.verb === 'evict') return podMisfit(write, workload);
  if (write.verb !== 'json-patch')
    return 'the Kubernetes API alone makes faults by patches and the end of pods';
  const patched =
    write.resource.plural === 'nodes' ? nodeMisfit(input, write, workload) : deploymentMisfit(input, write);
  return patched ?? inverseMisfit(input);
}

const CHAOS_MESH_PLURALS = [
  'podchaos',
  'stresschaos',
  'networkchaos',
  'httpchaos',
  'dnschaos',
  'iochaos',
  'timechaos',
  'workflows',
];

function chaosObjectMisfit(
  { plan, change: { write, inverse }, strangers }: Input,
  workload: Workload,
): string | null {
  const { apiVersion, plural, namespace, name } = write.resource;
  const isMesh = plan.provider === 'chaos-mesh';
  const known = isMesh
    ? apiVersion === CHAOS_MESH && CHAOS_MESH_PLURALS.includes(plural)
    : apiVersion === LITMUS && plural === 'chaosengines';
  const tool = isMesh ? 'Chaos Mesh' : 'LitmusChaos';
  if (write.verb !== 'create' || !known) return `the write does not create a fault of ${tool}`;
  const object = readChaosObject(write.object);
  if (object === null) return `the object of ${tool} does not say whom it hits`;
  const { metadata } = object;
  if (metadata.name !== name || (metadata.namespace ?? namespace) !== namespace) {
    return `the object of ${tool} is not the one that the write names`;
  }
  if (metadata.labels?.[MANAGED_BY] !== MANAGER)
    return `the object of ${tool} does not carry the label of Coxswain`;
  if (!(isMesh ? meshSelects(object, workload) : engineSelects(object, workload))) {
    return `the object of ${tool} may hit more than pods of ${workload.ref.namespace}/${workload.ref.name}`;
  }
  const stranger = strangers.find(({ labels }) => covers(labels, workload.selector));
  if (stranger !== undefined) {
    return `its labels also select pods of ${workload.ref.namespace}/${stranger.workload}: choose the provider native, which goes by pods`;
  }
  const ends = inverse.kind === 'write' && inverse.write.verb === 'delete' && isSame(inverse.write, write);
  return ends ? null : 'the change does not say how the fault is ended';
}

function meshSelects(object: ChaosObject, workload: Workload): boolean {
  const selections = selectionsOf(object);
  return (
    selections?.some(({ role }) => role === 'target') === true &&
    selections.every(({ selector, role }) =>
      role === 'target' ? onlyTarget(selector, workload) : isNeighbour(selector, workload),
    )
  );
}

function isNeighbour({ namespaces, pods }: Selector, { ref }: Workload): boolean {
  const names = [...(namespaces ?? []), ...Object.keys(pods ?? {})];
  return names.length > 0 && names.every((name) => name === ref.namespace);
}

/** All namespaces are the target's, and its own labels or the names of its pods narrow it down. */
function onlyTarget(
  { namespaces, labelSelectors, pods }: Selector,
  { ref, selector, pods: own }: Workload,
): boolean {
  if (namespaces?.some((namespace) => namespace !== ref.namespace)) return false;
  const named = Object.entries(pods ?? {});
  if (named.length > 0) {
    const names = new Set(own.map((pod) => pod.name));
    return named.every(
      ([namespace, list]) => namespace === ref.namespace && list.every((name) => names.has(name)),
    );
  }
  return namespaces !== undefined && namespaces.length > 0 && covers(labelSelectors ?? {}, selector);
}

function engineSelects(object: ChaosObject, { ref, selector }: Workload): boolean {
  const info = appInfoOf(object);
  if (info === null) return false;
  const labels = Object.fromEntries(info.applabel.split(',').map((pair) => pair.trim().split('=', 2)));
  return info.appns === ref.namespace && info.appkind === 'deployment' && covers(labels, selector);
}

/** What matches `labels` matches the selector as well, which is not empty. */
function covers(
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

function podMisfit(
  { resource, uid }: Extract<Write, { verb: 'delete' | 'evict' }>,
  workload: Workload,
): string | null {
  const { apiVersion, plural, namespace, name } = resource;
  const isPod = apiVersion === 'v1' && plural === 'pods' && namespace === workload.ref.namespace;
  const own = isPod && workload.pods.some((pod) => pod.name === name && pod.uid === uid);
  return own
    ? null
    : `the write does not end a pod of ${workload.ref.namespace}/${workload.ref.name} by its uid`;
}

const ANNOTATIONS = '/metadata/annotations';
const LABELS = '/metadata/labels';
const DEPLOYMENT_PATHS = [
  /^\/spec\/replicas$/,
  /^\/spec\/template\/spec\/containers\/\d+\/(image|readinessProbe)(\/|$)/,
];
const NODE_PATHS = [/^\/spec\/unschedulable$/];

function deploymentMisfit({ ref }: Input, write: Patch): string | null {
  const { apiVersion, plural, namespace, name } = write.resource;
  const isTarget =
    apiVersion === 'apps/v1' && plural === 'deployments' && namespace === ref.namespace && name === ref.name;
  if (!isTarget || write.subresource !== undefined)
    return `the patch is not one of Deployment ${ref.namespace}/${ref.name}`;
  return patchMisfit(write, DEPLOYMENT_PATHS);
}

function nodeMisfit({ config }: Input, write: Patch, workload: Workload): string | null {
  if (!config.chaos.allowNodes) return 'nodes concern every workload on them, and `chaos.allowNodes` is off';
  if (write.resource.apiVersion !== 'v1' || write.resource.namespace !== '')
    return 'the patch is not one of a Node';
  if (!workload.pods.some((pod) => pod.node === write.resource.name)) {
    return `no pod of ${workload.ref.namespace}/${workload.ref.name} is on node ${write.resource.name}`;
  }
  return patchMisfit(write, NODE_PATHS);
}

/** It changes what a fault may change and our marks, leaves the annotation, and holds for this very object only. */
function patchMisfit({ operations }: Patch, paths: readonly RegExp[]): string | null {
  const changes = operations.filter(({ op }) => op !== 'test');
  const odd = changes.find((change) => !isMark(change) && !paths.some((path) => path.test(change.path)));
  if (odd) return `the patch changes ${odd.path}`;
  if (!changes.some((change) => change.op !== 'remove' && marks(change).includes(NATIVE_FAULT))) {
    return 'the patch leaves no annotation that says how it is taken back';
  }
  const tested = operations.some(
    ({ op, path }) => op === 'test' && (path === '/metadata/uid' || path === '/metadata/resourceVersion'),
  );
  return tested ? null : 'the patch does not check which object it changes';
}

type Operation = Patch['operations'][number];

/** Our own annotations and labels, alone or as the first of an object that had none. */
function isMark(operation: Operation): boolean {
  const keys = marks(operation);
  return keys.length > 0 && keys.every((key) => [NATIVE_FAULT, RUN_ID, MANAGED_BY].includes(key));
}

function marks({ path, value }: Operation): string[] {
  if (path === ANNOTATIONS || path === LABELS)
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const [, key] = /^\/metadata\/(?:annotations|labels)\/([^/]+)$/.exec(path) ?? [];
  return key === undefined ? [] : [key.replaceAll('~1', '/').replaceAll('~0', '~')];
}

/** What takes a patch back is a patch of the same object that takes the annotation away. */
function inverseMisfit({ change: { write, inverse } }: Input): string | null {
  const clears =
    inverse.kind === 'write' &&
    inverse.write.verb === 'json-patch' &&
    isSame(inverse.write, write) &&
    inverse.write.operations.some(
      (operation) => operation.op === 'remove' && marks(operation).includes(NATIVE_FAULT),
    );
  return clears ? null : 'the change does not say how the fault is ended';
}

function isSame(a: Write, b: Write): boolean {
  const key = ({ resource: { apiVersion, plural, namespace, name } }: Write) =>
    [apiVersion, plural, namespace, name].join();
  return key(a) === key(b);
}
