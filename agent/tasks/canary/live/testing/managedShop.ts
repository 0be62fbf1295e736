import jsonPatch, { type Operation } from 'fast-json-patch';
import { aPod, aWorkload, NOW_MS } from '../../../../../test/support/builders';
import { readReleaseNote } from '../../../../cluster/model/releaseNote';
import type { ManagedRelease, RouteObject, VersionPods } from '../../../../cluster/releases';
import type { Workload } from '../../../../cluster/snapshot';
import type { ReversibleChange } from '../../../../safety/change';
import { routerFor, routingOf } from '../../routers/routers';

interface Stored {
  metadata: {
    name: string;
    uid: string;
    resourceVersion: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: Record<string, unknown>;
}

const container = (image: string) => ({ name: 'app', image });
const deploymentSpec = (image: string) => ({
  replicas: 3,
  selector: { matchLabels: { app: 'checkout' } },
  template: { metadata: { labels: { app: 'checkout' } }, spec: { containers: [container(image)] } },
});
const SETTINGS = { router: 'gateway-api', route: 'checkout', service: 'checkout' } as const;

/**
 * `shop/checkout` behind a HTTPRoute, as far as a release of it reads and writes: an API server that takes every write
 * at once, and kubelets that need no time.
 */
export class ManagedShop {
  readonly objects = new Map<string, Stored>();
  /** Descriptions of the writes, in order. */
  readonly writes: string[] = [];
  /** Pods of the canary are as this says. */
  canaryPods: (name: string) => Partial<VersionPods['pods'][number]> = () => ({});
  /** What the watches say besides. */
  autoscalers: ManagedRelease['autoscalers'] = [];
  problems: ManagedRelease['problems'] = [];
  #uids = 0;

  constructor() {
    this.#put('deployments/checkout', deploymentSpec('shop/checkout:1.4'));
    this.#put('services/checkout', { selector: { app: 'checkout' }, ports: [{ name: 'http', port: 80 }] });
    this.#put('httproutes/checkout', {
      parentRefs: [{ name: 'public' }],
      hostnames: ['checkout.shop.test'],
      rules: [{ backendRefs: [{ name: 'checkout', port: 80 }] }],
    });
  }

  get route(): Stored | undefined {
    return this.objects.get('httproutes/checkout');
  }

  send({ description, write }: ReversibleChange): void {
    const key = `${write.resource.plural}/${write.resource.name}`;
    this.writes.push(description);
    switch (write.verb) {
      case 'create': {
        const { metadata, spec } = write.object as unknown as Stored;
        this.#put(key, spec, metadata.labels);
        return;
      }
      case 'delete':
        this.objects.delete(key);
        return;
      case 'json-patch': {
        const before = this.objects.get(key);
        if (!before) throw new Error(`there is no ${key}`);
        const operations = write.operations as unknown as Operation[];
        this.objects.set(key, jsonPatch.applyPatch(structuredClone(before), operations, true).newDocument);
        return;
      }
      default:
        throw new Error(`no ${write.verb} here`);
    }
  }

  /** Somebody else splits the route so. */
  setWeight(percent: number): void {
    const route = structuredClone(this.#get('httproutes/checkout'));
    const rules = route.spec.rules as { backendRefs: { name: string; weight: number }[] }[];
    for (const { backendRefs } of rules) {
      if (backendRefs.length < 2) continue;
      for (const ref of backendRefs) ref.weight = ref.name === 'checkout' ? 100 - percent : percent;
    }
    this.objects.set('httproutes/checkout', route);
  }

  /** As the watches show it now. */
  release(): ManagedRelease {
    const deployment = this.#get('deployments/checkout');
    const canary = this.objects.get('deployments/checkout-canary') ?? null;
    const baseline = this.objects.get('deployments/checkout-baseline') ?? null;
    const annotations = deployment.metadata.annotations ?? {};
    const workload = workloadOf(deployment, (name) => aPod(name));
    const canaryWorkload = canary && workloadOf(canary, (name) => aPod(name, this.canaryPods(name)));
    const baselineWorkload = baseline && workloadOf(baseline, (name) => aPod(name));
    const parts = {
      operator: 'coxswain' as const,
      ref: workload.ref,
      uid: workload.uid,
      resourceVersion: '1',
      ...{ annotations, annotated: true, gitOps: [] },
      ...{ autoscalers: this.autoscalers, problems: this.problems },
      router: 'Gateway API HTTPRoute checkout',
      settings: SETTINGS,
      note: readReleaseNote(annotations),
      stable: versionOf(workload),
      canary: canaryWorkload && versionOf(canaryWorkload),
      baseline: baselineWorkload && versionOf(baselineWorkload),
      ...{
        workload,
        canaryWorkload,
        baselineWorkload,
        spec: deployment.spec,
        isObserved: true,
        isRouteListed: true,
      },
      route: routeOf(this.#get('httproutes/checkout')),
      ...{ canaryIngress: null, destinationRule: null, otherServiceLabels: [] },
      services: {
        stable: serviceOf(this.objects.get('services/checkout')),
        canary: serviceOf(this.objects.get('services/checkout-canary')),
        baseline: serviceOf(this.objects.get('services/checkout-baseline')),
      },
    };
    const routing = routingOf({ ...parts });
    const router = routerFor('gateway-api');
    const mirrorPercent = (routing && router.readRules(routing)[0]?.mirror) ?? null;
    return { ...parts, weight: routing && router.read(routing), baselineWeight: null, mirrorPercent };
  }

  #put(key: string, spec: Record<string, unknown>, labels: Record<string, string> = {}): void {
    const name = key.slice(key.indexOf('/') + 1);
    this.objects.set(key, {
      metadata: { name, uid: `uid-${key}-${++this.#uids}`, resourceVersion: '1', labels, annotations: {} },
      spec,
    });
  }

  #get(key: string): Stored {
    const object = this.objects.get(key);
    if (!object) throw new Error(`there is no ${key}`);
    return object;
  }
}

function workloadOf(
  { metadata, spec }: Stored,
  pod: (name: string) => VersionPods['pods'][number],
): Workload {
  const { replicas, template, selector } = spec as ReturnType<typeof deploymentSpec>;
  const hash = template.spec.containers[0]?.image.replaceAll(/\W/g, '') ?? '';
  const pods = Array.from({ length: replicas }, (_, index) => pod(`${metadata.name}-${hash}-${index}`));
  return aWorkload(pods, {
    ref: { kind: 'Deployment', namespace: 'shop', name: metadata.name },
    uid: metadata.uid,
    labels: metadata.labels,
    annotations: metadata.annotations ?? {},
    selector: selector.matchLabels,
    containers: template.spec.containers.map((each) => ({ ...each, readiness: null })),
  });
}

function versionOf({ containers, ref, desiredReplicas, pods }: Workload): VersionPods {
  return {
    containers: containers.map(({ name, image }) => ({ name, image })),
    revision: ref.name,
    wantedPods: desiredReplicas,
    pods,
  };
}

function routeOf({ metadata, spec }: Stored): RouteObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: '1',
    annotations: metadata.annotations ?? {},
    annotated: true,
    hosts: ['checkout.shop.test'],
    spec,
  };
}

function serviceOf(object: Stored | undefined) {
  if (!object) return null;
  const { metadata, spec } = object;
  return { name: metadata.name, uid: metadata.uid, resourceVersion: '1', labels: metadata.labels, spec };
}

/** When everything here was true. */
export { NOW_MS };
