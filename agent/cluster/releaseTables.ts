import type { AnalysisRunRecord, ReleaseRecord } from './model/releaseRollout';
import type { IngressClassRecord, RouteRecord } from './model/releaseRoute';
import { type Sink, Table } from './table';

/** A table that knows whether its kind is there at all: what is not installed, or forbidden, is never listed. */
export class ListedTable<T extends { namespace: string; name: string; uid: string }>
  extends Table<T>
  implements Sink<T>
{
  #isListed = false;

  get isListed(): boolean {
    return this.#isListed;
  }

  override replace(namespace: string | null, items: readonly T[]): void {
    this.#isListed = true;
    super.replace(namespace, items);
  }
}

type Changed<T> = (before: T | undefined, after: T | undefined) => void;

export interface ReleaseTablesPorts {
  route: Changed<RouteRecord>;
  ingressClass: Changed<IngressClassRecord>;
  rollout: Changed<ReleaseRecord>;
  flagger: Changed<ReleaseRecord>;
  analysisRun: Changed<AnalysisRunRecord>;
}

/** What releases go by, as the watches tell it. */
export class ReleaseTables {
  readonly ingresses: ListedTable<RouteRecord>;
  readonly httpRoutes: ListedTable<RouteRecord>;
  readonly virtualServices: ListedTable<RouteRecord>;
  readonly destinationRules: ListedTable<RouteRecord>;
  readonly ingressClasses: ListedTable<IngressClassRecord>;
  readonly rollouts: ListedTable<ReleaseRecord>;
  readonly flaggerCanaries: ListedTable<ReleaseRecord>;
  readonly analysisRuns: ListedTable<AnalysisRunRecord>;

  /** By host: what claims it. */
  readonly #claims = new Map<string, Set<RouteRecord>>();

  constructor({ route: changed, ingressClass, rollout, flagger, analysisRun }: ReleaseTablesPorts) {
    const route: Changed<RouteRecord> = (before, after) => {
      for (const host of hostsOf(before)) if (before) this.#claims.get(host)?.delete(before);
      for (const host of hostsOf(after)) {
        if (after) this.#claims.set(host, (this.#claims.get(host) ?? new Set()).add(after));
      }
      changed(before, after);
    };
    this.ingresses = new ListedTable({ onChange: route });
    this.httpRoutes = new ListedTable({ onChange: route });
    this.virtualServices = new ListedTable({ onChange: route });
    this.destinationRules = new ListedTable({ onChange: route });
    this.ingressClasses = new ListedTable({ onChange: ingressClass });
    this.rollouts = new ListedTable({ onChange: rollout });
    this.flaggerCanaries = new ListedTable({ onChange: flagger });
    this.analysisRuns = new ListedTable({ onChange: analysisRun, keep: ({ rollout: of }) => of !== null });
  }

  /** All that claim one of these hosts. */
  claimsOf(hosts: readonly string[]): ReadonlySet<RouteRecord> {
    return new Set(hosts.flatMap((host) => [...(this.#claims.get(host) ?? [])]));
  }
}

/** A canary's Ingress shares the hosts of its stable one, and a DestinationRule splits nothing. */
function hostsOf(record: RouteRecord | undefined): readonly string[] {
  if (!record || record.route.kind === 'DestinationRule' || isCanaryIngress(record)) return [];
  return record.route.hosts.filter((host) => host !== '*');
}

const NGINX_CANARY = 'nginx.ingress.kubernetes.io/canary';

export function isCanaryIngress({ route }: RouteRecord): boolean {
  return route.kind === 'Ingress' && route.annotations[NGINX_CANARY] === 'true';
}
