import * as z from 'zod';
import type { ReleaseSources } from '../releaseSources';
import type { FlaggerRelease, RouteObject } from '../releases';
import { identityOf } from './releaseArgo';
import { autoscalersOf, versionOf } from './releaseManaged';
import type { ReleaseRecord } from './releaseRollout';

const lenient = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);

const Spec = z.looseObject({
  provider: lenient(z.string()),
  targetRef: lenient(z.object({ kind: z.string().default('Deployment'), name: z.string() })),
  ingressRef: lenient(z.object({ name: z.string() })),
  service: lenient(z.object({ name: lenient(z.string()) })),
});
const Status = z.looseObject({ phase: lenient(z.string()), canaryWeight: lenient(z.number()) });

/** Phases in which a version other than the primary is on its way; https://docs.flagger.app/usage/how-it-works#canary-status */
const UNDER_WAY = new Set([
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
  'Failed',
]);

/** A Canary of Flagger with the Deployment that people change and the one that serves. */
export function buildFlagger(record: ReleaseRecord, sources: ReleaseSources): FlaggerRelease {
  const { namespace, name } = record;
  const spec = Spec.safeParse(record.spec).data ?? null;
  const status = Status.safeParse(record.status).data ?? null;
  const targetName = spec?.targetRef?.kind === 'Deployment' ? spec.targetRef.name : null;
  const target = targetName === null ? null : sources.workload(targetName);
  const primary = targetName === null ? null : sources.workload(`${targetName}-primary`);
  const isUnderWay = UNDER_WAY.has(status?.phase ?? '');
  return {
    operator: 'flagger',
    ref: { kind: 'Canary', namespace, name },
    ...identityOf(record),
    stable: primary ? versionOf(primary) : target ? versionOf(target) : null,
    canary: primary && target && isUnderWay ? versionOf(target) : null,
    baseline: null,
    weight: status?.canaryWeight ?? null,
    router: spec?.provider ? `Flagger over ${spec.provider}` : 'Flagger',
    autoscalers: autoscalersOf([primary, target]),
    problems: problemsOf(spec, sources, targetName),
    spec: record.spec,
    status: record.status,
    target,
    primary,
    route: spec ? routeOf(spec, targetName, sources) : null,
  };
}

/** What Flagger makes bears the name of the Service, or of the Ingress that it copies. */
function routeOf(
  { provider, ingressRef, service }: z.infer<typeof Spec>,
  target: string | null,
  sources: ReleaseSources,
): RouteObject | null {
  const apex = service?.name ?? target;
  const [table, name] =
    provider === 'istio'
      ? (['virtualServices', apex] as const)
      : provider?.startsWith('gatewayapi')
        ? (['httpRoutes', apex] as const)
        : (['ingresses', ingressRef ? `${ingressRef.name}-canary` : null] as const);
  return name === null ? null : (sources.route(table, name)?.route ?? null);
}

function problemsOf(
  spec: z.infer<typeof Spec> | null,
  sources: ReleaseSources,
  target: string | null,
): string[] {
  if (!spec?.targetRef) return ['The Canary names no target.'];
  const { kind, name } = spec.targetRef;
  // Of DaemonSets and Services there is nothing to be seen.
  if (target === null) return [`The Canary’s target is ${kind} ${name}; Coxswain follows Deployments.`];
  const ingress = spec.ingressRef?.name;
  return [
    ...(sources.workload(target) ? [] : [`There is no Deployment ${target}, which the Canary names.`]),
    ...(ingress && sources.tables.ingresses.isListed && !sources.route('ingresses', ingress)
      ? [`There is no Ingress ${ingress}, which the Canary names.`]
      : []),
  ];
}
