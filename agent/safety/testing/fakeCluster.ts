import jsonPatch, { type Operation } from 'fast-json-patch';
import type { ApiRequest, ApiResponse, ApiServer } from '../../cluster/api';
import { ApiStatusError } from '../../cluster/apiErrors';
import { reduceHpa, reduceScaledObject } from '../../cluster/model/autoscaler';
import type { Autoscaler, ClusterSnapshot, Pod, RunningFault, Workload } from '../../cluster/snapshot';
import type { ErrorCode } from '../../protocol';
import { workloadId } from '../../protocol';
import { objectOf } from './autoscalers';

/** A write that was carried out. */
export interface DoneWrite {
  request: ApiRequest;
  /** The workload as it was before, and as it is after; undefined for chaos objects. */
  before: Workload | undefined;
  after: Workload | undefined;
}

/** A cluster of Deployments, pods and chaos objects, as far as the writer's requests and the watches show it. */
export class FakeCluster implements Pick<ApiServer, 'send' | 'context'> {
  readonly context = 'test';
  readonly requests: ApiRequest[] = [];
  faults: readonly RunningFault[] = [];
  /** Called before each request is carried out; may throw, or wait. */
  beforeRequest: (request: ApiRequest) => Promise<void> | void = () => undefined;
  /** Called when a write has been carried out, before it is answered; may throw. */
  onWrite: (write: DoneWrite) => void = () => undefined;
  readonly #workloads = new Map<string, Workload>();
  readonly #chaos = new Set<string>();
  #replacements = 0;

  constructor(workloads: readonly Workload[]) {
    for (const workload of workloads) this.put(workload);
  }

  put(workload: Workload): void {
    this.#workloads.set(workloadId(workload.ref), workload);
  }

  remove(id: string): void {
    this.#workloads.delete(id);
  }

  get(id: string): Workload {
    const workload = this.#workloads.get(id);
    if (!workload) throw new Error(`no workload ${id}`);
    return workload;
  }

  snapshot(): ClusterSnapshot {
    return {
      atMs: 0,
      generation: 1,
      workloads: this.#workloads,
      nodes: new Map(),
      faults: this.faults,
      releases: new Map(),
    };
  }

  /** The requests that changed something, or would have. */
  writes(): readonly ApiRequest[] {
    return this.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('dryRun=All'));
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    this.requests.push(request);
    // As the timers of the real client do.
    if (!Number.isInteger(request.timeoutMs ?? 0))
      throw new RangeError(`a time-out of ${request.timeoutMs} ms`);
    const wait = this.beforeRequest(request);
    if (wait) await wait;
    const [path = '', query = ''] = request.path.split('?');
    const dryRun = query.includes('dryRun=All');
    return {
      status: 200,
      body: this.#answer(request, path, dryRun),
    };
  }

  #answer(request: ApiRequest, path: string, dryRun: boolean): unknown {
    if (/\/(chaos-mesh|litmuschaos)\./.test(path)) return this.#chaosObject(request, path, dryRun);
    if (/\/(autoscaling|keda\.sh)\//.test(path)) return this.#autoscaler(request, path, dryRun);
    return this.#object(request, path, dryRun);
  }

  #autoscaler(request: ApiRequest, path: string, dryRun: boolean): unknown {
    const [, namespace, plural, name] = /namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const isMeant = (each: Autoscaler) =>
      each.name === name && (each.kind === 'hpa') === (plural === 'horizontalpodautoscalers');
    const workload = [...this.#workloads.values()].find(
      (each) => each.ref.namespace === namespace && each.autoscalers.some(isMeant),
    );
    const autoscaler = workload?.autoscalers.find(isMeant);
    if (!workload || !autoscaler) throw statusError(404, 'not-found', `${plural} "${name}" not found`);
    if (request.method === 'GET') return objectOf(autoscaler, namespace);
    const patchedTo = patchedAutoscaler(autoscaler, request);
    const autoscalers = workload.autoscalers.map((each) => (each === autoscaler ? patchedTo : each));
    const after = { ...workload, autoscalers };
    if (!dryRun) {
      this.put(after);
      this.onWrite({ request, before: workload, after });
    }
    return {};
  }

  #object(request: ApiRequest, path: string, dryRun: boolean): unknown {
    const [, namespace, plural, name, subresource] =
      /namespaces\/([^/]+)\/(deployments|pods)\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const workload = [...this.#workloads.values()].find(
      ({ ref, pods }) =>
        ref.namespace === namespace &&
        (plural === 'deployments' ? ref.name === name : pods.some((pod) => pod.name === name)),
    );
    if (!workload) throw statusError(404, 'not-found', `${plural} "${name}" not found`);
    const pod = workload.pods.find((candidate) => candidate.name === name);
    if (request.method === 'GET') return pod ? podObject(pod) : deploymentObject(workload);
    const after = pod ? this.#changePod(workload, pod, request, subresource) : scaled(workload, request);
    if (!dryRun) {
      this.put(after);
      this.onWrite({ request, before: workload, after });
    }
    return {};
  }

  #changePod(workload: Workload, pod: Pod, request: ApiRequest, subresource: string | undefined): Workload {
    const others = workload.pods.filter((candidate) => candidate !== pod);
    if (subresource === 'eviction' || request.method === 'DELETE') {
      const body = request.body as Deletion & { deleteOptions?: Deletion };
      if ((body.deleteOptions ?? body).preconditions.uid !== pod.uid)
        throw statusError(409, 'conflict', 'the UID differs');
      this.#replacements += 1;
      const name = `replacement-${this.#replacements}`;
      const replacement = { ...pod, name, uid: `uid-${name}`, ready: false, drained: false };
      return { ...workload, pods: [...others, replacement] };
    }
    const { metadata } = patched(podObject(pod), request);
    const drained = Object.keys(metadata.labels).some((key) => key.includes('drained'));
    return { ...workload, pods: [...others, { ...pod, labels: metadata.labels, drained }] };
  }

  #chaosObject(request: ApiRequest, path: string, dryRun: boolean): unknown {
    const name =
      request.method === 'POST' ? (request.body as { metadata: { name: string } }).metadata.name : '';
    const key = request.method === 'POST' ? `${path}/${name}` : path;
    if (request.method !== 'POST' && !this.#chaos.has(key))
      throw statusError(404, 'not-found', `${key} not found`);
    if (dryRun || request.method === 'GET') return {};
    if (request.method === 'POST') this.#chaos.add(key);
    else if (request.method === 'DELETE') this.#chaos.delete(key);
    this.onWrite({ request, before: undefined, after: undefined });
    return {};
  }
}

export function statusError(status: number, code: ErrorCode, message: string): ApiStatusError {
  return new ApiStatusError(status, null, code, message, 'look again');
}

interface Deletion {
  preconditions: { uid: string };
}

/** As much of a Deployment as is changed in tests; it has every field that its scale subresource has. */
function deploymentObject({ uid, resourceVersion, annotations, annotated, desiredReplicas }: Workload) {
  const metadata = { uid, resourceVersion, ...(annotated ? { annotations: { ...annotations } } : {}) };
  return { metadata, spec: { replicas: desiredReplicas } };
}

function podObject(pod: Pod) {
  const deleting = pod.deletingSinceMs === null ? {} : { deletionTimestamp: '2026-01-01T00:00:00Z' };
  return { metadata: { uid: pod.uid, labels: { ...pod.labels }, ...deleting } };
}

function scaled(workload: Workload, request: ApiRequest): Workload {
  const { metadata, spec } = patched(deploymentObject(workload), request);
  return { ...workload, annotations: metadata.annotations ?? {}, desiredReplicas: spec.replicas };
}

/** What the watches show of an autoscaler after a patch, which makes another version of it. */
function patchedAutoscaler(autoscaler: Autoscaler, request: ApiRequest): Autoscaler {
  const object = patched(objectOf(autoscaler), request);
  const reduced = (autoscaler.kind === 'hpa' ? reduceHpa(object) : reduceScaledObject(object)).autoscaler;
  const { conditions, desiredReplicas, currentReplicas, gitOps } = autoscaler;
  const resourceVersion = String(Number(autoscaler.resourceVersion) + 1);
  return { ...reduced, conditions, desiredReplicas, currentReplicas, gitOps, resourceVersion };
}

function patched<T extends object>(object: T, { body }: ApiRequest): T {
  try {
    return jsonPatch.applyPatch(object, body as Operation[], true, false).newDocument;
  } catch (error) {
    throw statusError(422, 'conflict', `testing value failed: ${String(error)}`);
  }
}
