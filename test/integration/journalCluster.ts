import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import jsonPatch, { type Operation } from 'fast-json-patch';
import type { Pod, Workload } from '../../agent/cluster/snapshot';
import type { Write } from '../../agent/safety/change';
import { aPod, aWorkload } from '../support/builders';

const SLOWEST_MS = 12;

/**
 * A small API server over HTTP. It takes its time before and after it carries a write out, and remembers for ever
 * what it has carried out.
 */
export class SlowCluster {
  readonly applied = new Set<string>();
  readonly #server: Server;
  readonly #workloads = new Map<string, Workload>();
  #pods = 0;

  constructor(names: readonly string[]) {
    for (const name of names) {
      const pods = [1, 2, 3].map(() => this.#newPod(name));
      const ref = { kind: 'Deployment' as const, namespace: 'shop', name };
      this.#workloads.set(name, aWorkload(pods, { ref, uid: `uid-${name}` }));
    }
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('the server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const body = await text(request);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://cluster');
    if (pathname === '/workloads') return { status: 200, body: [...this.#workloads.values()] };
    await delay(Math.random() * SLOWEST_MS);
    const result = this.#carryOut(request.method ?? '', pathname, body, searchParams.has('dryRun'));
    await delay(Math.random() * SLOWEST_MS);
    return result;
  }

  #carryOut(method: string, path: string, body: string, dryRun: boolean): { status: number; body: unknown } {
    const [, plural, name = ''] = /(deployments|pods)\/([^/]+)/.exec(path) ?? [];
    const workload = [...this.#workloads.values()].find(
      ({ ref, pods }) => ref.name === name || pods.some((pod) => pod.name === name),
    );
    if (!workload) return { status: 404, body: { message: `${plural} "${name}" not found` } };
    const pod = workload.pods.find((candidate) => candidate.name === name);
    const object = pod
      ? { metadata: { uid: pod.uid, labels: pod.labels } }
      : { metadata: { uid: workload.uid }, spec: { replicas: workload.desiredReplicas } };
    if (method === 'GET') return { status: 200, body: object };
    try {
      const after = path.endsWith('/eviction')
        ? this.#evicted(workload, name)
        : patched(workload, pod, jsonPatch.applyPatch(object, JSON.parse(body), false, false).newDocument);
      if (dryRun) return { status: 200, body: {} };
      this.#workloads.set(workload.ref.name, after);
      this.applied.add(path.endsWith('/eviction') ? `evict ${name}` : `${name} ${body}`);
      return { status: 200, body: {} };
    } catch (error) {
      return { status: 422, body: { message: `testing value failed: ${String(error)}` } };
    }
  }

  #evicted(workload: Workload, name: string): Workload {
    const pods = workload.pods.filter((pod) => pod.name !== name);
    return { ...workload, pods: [...pods, this.#newPod(workload.ref.name)] };
  }

  #newPod(workload: string): Pod {
    this.#pods += 1;
    return aPod(`${workload}-${this.#pods}`);
  }
}

/** How `applied` calls a write. */
export function keyOf(write: Write): string {
  const { name } = write.resource;
  return write.verb === 'json-patch'
    ? `${name} ${JSON.stringify(inWireOrder(write.operations))}`
    : `evict ${name}`;
}

/** The journal sorts keys; the request has them as the plan wrote them. */
function inWireOrder(operations: Extract<Write, { verb: 'json-patch' }>['operations']): Operation[] {
  return operations.map(
    ({ op, path, value }) => ({ op, path, ...(value === undefined ? {} : { value }) }) as Operation,
  );
}

type Patched = { metadata: { labels?: Readonly<Record<string, string>> }; spec?: { replicas: number } };

/** A drained pod is replaced, as its ReplicaSet would do. */
function patched(workload: Workload, pod: Pod | undefined, { metadata, spec }: Patched): Workload {
  if (!pod) return { ...workload, desiredReplicas: spec?.replicas ?? workload.desiredReplicas };
  const drained = { ...pod, labels: metadata.labels ?? {}, drained: true };
  const others = workload.pods.filter((other) => other !== pod);
  return { ...workload, pods: [...others, drained, aPod(`${pod.name}-again`)] };
}
