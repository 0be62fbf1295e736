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

  constructor({ route, ingressClass, rollout, flagger, analysisRun }: ReleaseTablesPorts) {
    this.ingresses = new ListedTable({ onChange: route });
    this.httpRoutes = new ListedTable({ onChange: route });
    this.virtualServices = new ListedTable({ onChange: route });
    this.destinationRules = new ListedTable({ onChange: route });
    this.ingressClasses = new ListedTable({ onChange: ingressClass });
    this.rollouts = new ListedTable({ onChange: rollout });
    this.flaggerCanaries = new ListedTable({ onChange: flagger });
    this.analysisRuns = new ListedTable({ onChange: analysisRun, keep: ({ rollout: of }) => of !== null });
  }

  /** All that claim hosts, but for canaries' Ingresses, which share those of their stable one. */
  *claims(): Iterable<RouteRecord> {
    for (const table of [this.httpRoutes, this.virtualServices]) yield* table.all();
    for (const ingress of this.ingresses.all()) if (!isCanaryIngress(ingress)) yield ingress;
  }
}

const NGINX_CANARY = 'nginx.ingress.kubernetes.io/canary';

export function isCanaryIngress({ route }: RouteRecord): boolean {
  return route.kind === 'Ingress' && route.annotations[NGINX_CANARY] === 'true';
}
