import type { FoundRoute, FoundService, Surroundings } from './surroundings';

/** Weights and pauses of the rollout, and the analysis after each; those that are not asked for are left out. */
const STAGES = [
  { percent: 5, pause: '2m', analysis: 'smoke-test' },
  { percent: 10, pause: '5m', analysis: 'error-rate' },
  { percent: 25, pause: '10m', analysis: 'latency' },
  { percent: 50, pause: '15m', analysis: 'full-analysis' },
  { percent: 75, pause: '10m', analysis: 'pre-promotion' },
] as const;

/** A Rollout that takes its template from the Deployment, and the canary's Service. */
export function argoManifests(
  { workload }: Pick<Surroundings, 'workload'>,
  service: FoundService,
  route: FoundRoute | undefined,
  analyses: readonly string[],
): Record<string, unknown>[] {
  const { name, namespace } = workload.ref;
  const canaryService = `${service.name}-canary`;
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: canaryService, namespace },
      spec: { selector: service.selector, ports: service.ports },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name, namespace },
      spec: {
        replicas: workload.desiredReplicas,
        selector: { matchLabels: workload.selector },
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown: 'onsuccess' },
        strategy: {
          canary: {
            canaryService,
            ...routing(route, service, namespace),
            steps: STAGES.flatMap(({ percent, pause, analysis }) => [
              { setWeight: percent },
              { pause: { duration: pause } },
              ...(analyses.includes(analysis)
                ? [analysisStep(analysis, name, `${canaryService}.${namespace}`, namespace)]
                : []),
            ]),
          },
        },
      },
    },
  ];
}

/**
 * By numbers of pods where there is no route: then the Service that clients ask has to go on selecting all pods, and
 * Argo would narrow one that is named as the stable one (`reconcileStableAndCanaryService` in rollout/service.go).
 */
function routing(
  route: FoundRoute | undefined,
  { name: stableService }: FoundService,
  namespace: string,
): Record<string, unknown> {
  switch (route?.kind) {
    case undefined:
      return {};
    case 'HTTPRoute':
      return {
        stableService,
        trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: route.name, namespace } } },
      };
    case 'VirtualService':
      return { stableService, trafficRouting: { istio: { virtualService: { name: route.name } } } };
    case 'Ingress':
      return { stableService, trafficRouting: { nginx: { stableIngress: route.name } } };
  }
}

/** With all that the templates that come with Coxswain ask for; Argo leaves out what a template does not know. */
function analysisStep(
  templateName: string,
  name: string,
  service: string,
  namespace: string,
): Record<string, unknown> {
  const hash = (version: 'Latest' | 'Stable') => ({ valueFrom: { podTemplateHashValue: version } });
  const args = [
    { name: 'namespace', value: namespace },
    { name: 'name', value: name },
    { name: 'service', value: service },
    { name: 'canary-hash', ...hash('Latest') },
    { name: 'stable-hash', ...hash('Stable') },
  ];
  return { analysis: { templates: [{ templateName }], args } };
}
