import * as z from 'zod';
import { idOf, type ReleaseSources } from '../releaseSources';
import type { ArgoRelease, ArgoRevision, VersionPods } from '../releases';
import type { Pod } from '../snapshot';
import { ROLLOUT_HASH } from './relations';
import type { ReleaseRecord } from './releaseRollout';

const lenient = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);
const Named = lenient(z.looseObject({ name: z.string() }));

const TrafficRouting = z.looseObject({
  nginx: lenient(
    z.object({ stableIngress: lenient(z.string()), stableIngresses: lenient(z.array(z.string())) }),
  ),
  istio: lenient(z.object({ virtualService: Named, virtualServices: lenient(z.array(Named)) })),
  plugins: lenient(z.record(z.string(), z.unknown())),
});

const Spec = z.looseObject({
  paused: lenient(z.boolean()),
  workloadRef: lenient(z.object({ kind: z.string().default('Deployment'), name: z.string() })),
  strategy: lenient(
    z.object({
      canary: lenient(
        z.object({
          canaryService: lenient(z.string()),
          stableService: lenient(z.string()),
          trafficRouting: lenient(TrafficRouting),
        }),
      ),
      blueGreen: lenient(z.object({ activeService: lenient(z.string()) })),
    }),
  ),
});

const Status = z.looseObject({
  currentPodHash: lenient(z.string()),
  stableRS: lenient(z.string()),
  canary: lenient(
    z.object({
      weights: lenient(z.object({ canary: lenient(z.object({ weight: lenient(z.number()) })) })),
    }),
  ),
});

const GATEWAY_PLUGIN = 'argoproj-labs/gatewayAPI';
const GatewayPlugin = z.object({
  httpRoute: lenient(z.string()),
  httpRoutes: lenient(z.array(z.object({ name: z.string() }))),
});

/** A Rollout with its revisions, pods and analyses. */
export function buildArgo(record: ReleaseRecord, sources: ReleaseSources): ArgoRelease {
  const { namespace, name } = record;
  const id = idOf('Rollout', record);
  const spec = Spec.safeParse(record.spec).data;
  const status = Status.safeParse(record.status).data;
  const revisions = revisionsOf(id, sources);
  const pods = sources.podsOf(id);
  const currentHash = status?.currentPodHash ?? null;
  const stableHash = status?.stableRS ?? null;
  const version = (hash: string | null) => versionOf(hash, id, sources, pods);
  const stable = version(stableHash);
  const canary = currentHash !== stableHash && stableHash !== null ? version(currentHash) : null;
  const routed = status?.canary?.weights?.canary?.weight ?? null;
  return {
    operator: 'argo-rollouts',
    ref: { kind: 'Rollout', namespace, name },
    ...identityOf(record),
    stable,
    canary,
    baseline: null,
    weight: canary === null ? routed : (routed ?? weightByPods(stable, canary)),
    router: routerOf(spec?.strategy?.canary?.trafficRouting ?? null),
    autoscalers: sources
      .scalersOf(name)
      .filter(({ scaledObject }) => scaledObject === null)
      .map(({ autoscaler: { name: scaler, desiredReplicas, currentReplicas } }) => ({
        name: scaler,
        desiredReplicas,
        currentReplicas,
      })),
    problems: problemsOf(spec ?? null, sources),
    strategy: spec?.strategy?.blueGreen ? 'blue-green' : 'canary',
    spec: record.spec,
    status: record.status,
    paused: spec?.paused ?? false,
    workloadRef: spec?.workloadRef ?? null,
    revisions,
    analysisRuns: sources
      .runsOf(id)
      .map(({ run }) => run)
      .filter(({ labels }) => currentHash === null || labels[ROLLOUT_HASH] === currentHash)
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs),
  };
}

export function identityOf({ uid, resourceVersion, annotations, annotated, gitOps }: ReleaseRecord) {
  return { uid, resourceVersion, annotations, annotated, gitOps };
}

const Template = z.object({
  spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string().default('') })) }),
});

export function containersOf(template: unknown): { name: string; image: string }[] {
  return Template.safeParse(template).data?.spec.containers ?? [];
}

function revisionsOf(id: string, sources: ReleaseSources): ArgoRevision[] {
  return sources
    .revisionsOf(id)
    .flatMap(({ name: replicaSet, revision: of }) => {
      if (!of) return [];
      const { revision, hash, template } = of;
      return [
        { revision, replicaSet, hash, template, images: containersOf(template).map(({ image }) => image) },
      ];
    })
    .toSorted((a, b) => b.revision - a.revision);
}

function versionOf(
  hash: string | null,
  id: string,
  sources: ReleaseSources,
  pods: readonly Pod[],
): VersionPods | null {
  const known = sources.revisionsOf(id).find(({ revision }) => revision?.hash === hash)?.revision;
  if (hash === null || !known) return null;
  return {
    containers: containersOf(known.template),
    revision: hash,
    wantedPods: known.wantedPods,
    pods: pods.filter(({ labels }) => labels[ROLLOUT_HASH] === hash),
  };
}

/** Where nothing routes, traffic goes by the pods that are ready. */
function weightByPods(stable: VersionPods | null, canary: VersionPods): number | null {
  const ready = (version: VersionPods | null) => (version?.pods ?? []).filter((pod) => pod.ready).length;
  const all = ready(stable) + ready(canary);
  return all === 0 ? null : Math.round((1000 * ready(canary)) / all) / 10;
}

type Routing = z.infer<typeof TrafficRouting>;

function routerOf(routing: Routing | null): string {
  if (!routing) return 'replicas';
  const plugin = GatewayPlugin.safeParse(routing.plugins?.[GATEWAY_PLUGIN]).data;
  const route = plugin?.httpRoute ?? plugin?.httpRoutes?.[0]?.name;
  if (plugin) return `Gateway API HTTPRoute ${route ?? ''}`.trim();
  if (routing.istio)
    return `Istio VirtualService ${routing.istio.virtualService?.name ?? routing.istio.virtualServices?.[0]?.name ?? ''}`.trim();
  if (routing.nginx)
    return `NGINX Ingress ${routing.nginx.stableIngress ?? routing.nginx.stableIngresses?.[0] ?? ''}`.trim();
  const [other] = Object.entries(routing).flatMap(([key, value]) =>
    value && typeof value === 'object' && key !== 'managedRoutes' && key !== 'plugins' ? [key] : [],
  );
  return other ?? Object.keys(routing.plugins ?? {})[0] ?? 'replicas';
}

function problemsOf(spec: z.infer<typeof Spec> | null, sources: ReleaseSources): string[] {
  if (!spec) return ['The Rollout’s spec is not as Argo Rollouts has it.'];
  const { canary, blueGreen } = spec.strategy ?? {};
  if (!canary && !blueGreen) return ['The Rollout has no strategy: neither canary nor blueGreen.'];
  const services = [canary?.stableService, canary?.canaryService, blueGreen?.activeService];
  const { nginx, istio, plugins } = canary?.trafficRouting ?? {};
  const plugin = GatewayPlugin.safeParse(plugins?.[GATEWAY_PLUGIN]).data;
  const routes = [
    ['ingresses', 'Ingress', nginx?.stableIngress],
    ['virtualServices', 'VirtualService', istio?.virtualService?.name],
    ['httpRoutes', 'HTTPRoute', plugin?.httpRoute],
  ] as const;
  const referred = spec.workloadRef;
  return [
    ...services.flatMap((service) =>
      service && !sources.service(service)
        ? [`There is no Service ${service}, which the Rollout names.`]
        : [],
    ),
    ...routes.flatMap(([table, kind, name]) => {
      // `namespace/name` is another namespace's.
      if (!name || name.includes('/') || sources.route(table, name)) return [];
      return sources.tables[table].isListed
        ? [`There is no ${kind} ${name}, which the Rollout names.`]
        : [
            `The Rollout splits traffic by ${kind} ${name}, and the cluster has none, or they may not be listed.`,
          ];
    }),
    ...(referred?.kind === 'Deployment' && !sources.workload(referred.name)
      ? [`There is no Deployment ${referred.name}, which the Rollout refers to.`]
      : []),
  ];
}
