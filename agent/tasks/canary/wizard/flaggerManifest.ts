import type { FoundRoute, FoundService, Surroundings } from './surroundings';

export interface FlaggerOptions {
  /** Of Coxswain's gate; null where it is closed. */
  gateUrl: string | null;
  gateway: string | undefined;
  analyses: readonly string[];
}

/** What is good, of the MetricTemplates that come with Coxswain: percent and milliseconds. */
const THRESHOLDS: Readonly<Record<string, Record<string, number>>> = {
  'success-rate': { min: 99 },
  'request-duration': { max: 500 },
  'gpu-utilization': { min: 60, max: 90 },
  'model-accuracy': { min: 85 },
};

/** The kinds of webhooks that Coxswain's gate answers (docs/canary.md). */
const GATES = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback'] as const;

/**
 * A Canary of Flagger for the Deployment. What moves the traffic is taken from the route that there is.
 *
 * Names of MetricTemplates that come with Coxswain take the place of Flagger's own metrics of mesh and ingress.
 */
export function flaggerManifest(
  { workload }: Pick<Surroundings, 'workload'>,
  service: FoundService,
  route: FoundRoute | undefined,
  { gateUrl, gateway, analyses }: FlaggerOptions,
): Record<string, unknown> {
  const { name, namespace } = workload.ref;
  const [port] = service.ports;
  const webhooks =
    gateUrl === null
      ? []
      : GATES.map((type) => ({ name: `coxswain-${type}`, type, url: `${gateUrl}/gate/${type}` }));
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace },
    spec: {
      provider: providerOf(route),
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      ...(route?.kind === 'Ingress'
        ? { ingressRef: { apiVersion: route.apiVersion, kind: 'Ingress', name: route.name } }
        : {}),
      progressDeadlineSeconds: 600,
      service: {
        name: service.name,
        port: port?.port ?? 80,
        ...(port?.targetPort === undefined ? {} : { targetPort: port.targetPort }),
        ...(route && route.kind !== 'Ingress' ? { hosts: route.hosts } : {}),
        ...(route?.kind === 'HTTPRoute' ? { gatewayRefs: gatewayRefs(gateway) } : {}),
      },
      analysis: {
        interval: '1m',
        threshold: 5,
        ...(route ? { maxWeight: 50, stepWeight: 10 } : { iterations: 10 }),
        metrics: analyses.length === 0 ? BUILT_IN : analyses.map(metricOf),
        ...(webhooks.length === 0 ? {} : { webhooks }),
      },
    },
  };
}

const BUILT_IN = [
  { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' },
  { name: 'request-duration', thresholdRange: { max: 500 }, interval: '1m' },
];

function metricOf(name: string): Record<string, unknown> {
  return { name, templateRef: { name }, thresholdRange: THRESHOLDS[name] ?? {}, interval: '1m' };
}

/** Without a route Flagger can only switch Services: blue/green. */
function providerOf(route: FoundRoute | undefined): string {
  switch (route?.kind) {
    case undefined:
      return 'kubernetes';
    case 'HTTPRoute':
      return 'gatewayapi:v1';
    case 'VirtualService':
      return 'istio';
    case 'Ingress':
      return 'nginx';
  }
}

function gatewayRefs(gateway: string | undefined): Record<string, unknown>[] {
  const [namespace, name] = (gateway ?? '').split('/');
  return name === undefined ? [] : [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name, namespace }];
}
