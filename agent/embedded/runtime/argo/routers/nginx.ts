import * as z from 'zod';
import type { KubeObject, NewObject } from '../../../objectStore';
import { INGRESSES } from '../../../store/resourceTypes';
import { sameJson } from '../../../store/sameJson';
import { controlledBy, controllerOf } from '../../kinds';
import type { Canary, TrafficRouting } from '../rolloutSpec';
import type { Sync } from '../sync';
import type { Router } from './router';

const Backend = z.looseObject({ service: z.looseObject({ name: z.string() }).optional() });
const Rule = z.looseObject({
  http: z.looseObject({ paths: z.array(z.looseObject({ backend: Backend })).default([]) }).optional(),
});
export const IngressSpec = z.looseObject({ rules: z.array(Rule).default([]) });

/** The longest name of an object. */
const LONGEST_NAME = 253;
const SUFFIX = '-canary';

/** ingress-nginx: a second Ingress that takes a share of the first one's requests. */
export class NginxRouter implements Router {
  readonly type = 'Nginx';
  readonly #sync: Sync;
  readonly #canary: Canary;
  readonly #nginx: NonNullable<TrafficRouting['nginx']>;

  constructor(sync: Sync, canary: Canary, nginx: NonNullable<TrafficRouting['nginx']>) {
    this.#sync = sync;
    this.#canary = canary;
    this.#nginx = nginx;
  }

  setWeight(weight: number): void {
    for (const name of stableIngresses(this.#nginx)) this.#setWeightOf(name, weight);
  }

  setHashes(): void {}

  setHeaderRoute(): void {}

  setMirrorRoute(): void {}

  removeManagedRoutes(): void {}

  #setWeightOf(stableName: string, weight: number): void {
    const { cluster, namespace, rollout } = this.#sync;
    const stable = cluster.store.get(INGRESSES, namespace, stableName);
    if (!stable) {
      const why = `ingress.networking.k8s.io "${stableName}" not found`;
      throw new Error(`error retrieving stableIngress \`${stableName}\` from cache: ${why}`);
    }
    const name = canaryIngressName(this.#sync.name, stableName);
    const wanted = this.#canaryIngress(stable, name, weight);
    const known = cluster.store.get(INGRESSES, namespace, name);
    if (!known) {
      this.#sync.record(
        'CreatingCanaryIngress',
        `Creating canary ingress \`${name}\` with weight \`${weight}\``,
      );
      cluster.store.create(INGRESSES, wanted);
      return;
    }
    if (controllerOf(known)?.uid !== rollout.metadata.uid) {
      throw new Error(`canary ingress \`${name}\` controlled by different object`);
    }
    const annotations = { ...known.metadata.annotations, ...wanted.metadata.annotations };
    if (sameJson(annotations, known.metadata.annotations) && sameJson(wanted.spec, known.spec)) return;
    this.#sync.record('PatchingCanaryIngress', `Updating Ingress \`${name}\` to desiredWeight '${weight}'`);
    cluster.store.update(INGRESSES, namespace, name, (draft) => {
      draft.metadata.annotations = annotations;
      draft.spec = { ...wanted.spec };
    });
  }

  #canaryIngress(stable: KubeObject, name: string, weight: number): NewObject {
    const { namespace, spec } = this.#sync;
    const { annotationPrefix, additionalIngressAnnotations, canaryIngressAnnotations } = this.#nginx;
    const { maxTrafficWeight } = spec.strategy.canary?.trafficRouting ?? {};
    const { tls, ingressClassName } = stable.spec ?? {};
    const prefixed = (key: string) => (key.startsWith(annotationPrefix) ? key : `${annotationPrefix}/${key}`);
    const ingressClass = stable.metadata.annotations?.['kubernetes.io/ingress.class'];
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name,
        ...(namespace && { namespace }),
        ownerReferences: [controlledBy(this.#sync.rollout)],
        annotations: {
          ...(ingressClass !== undefined && { 'kubernetes.io/ingress.class': ingressClass }),
          ...Object.fromEntries(
            Object.entries(additionalIngressAnnotations).map(([key, value]) => [prefixed(key), value]),
          ),
          ...canaryIngressAnnotations,
          [prefixed('canary')]: 'true',
          [prefixed('canary-weight')]: String(weight),
          ...(maxTrafficWeight !== undefined && {
            [prefixed('canary-weight-total')]: String(maxTrafficWeight),
          }),
        },
      },
      spec: {
        ...(tls !== undefined && { tls }),
        ...(ingressClassName !== undefined && { ingressClassName }),
        rules: this.#canaryRules(stable),
      },
    };
  }

  /** Those that go to the stable Service, to the canary's instead. */
  #canaryRules(stable: KubeObject): z.infer<typeof Rule>[] {
    const { stableService, canaryService } = this.#canary;
    const rules = IngressSpec.parse(stable.spec)
      .rules.filter((rule) => goesTo(rule, stableService))
      .map((rule) => ({
        ...rule,
        http: {
          ...rule.http,
          paths: (rule.http?.paths ?? []).map((path) =>
            path.backend.service?.name === stableService
              ? {
                  ...path,
                  backend: { ...path.backend, service: { ...path.backend.service, name: canaryService } },
                }
              : path,
          ),
        },
      }));
    if (rules.length > 0) return rules;
    throw new Error(
      `ingress \`${stable.metadata.name}\` has no rules using service ${stableService} backend`,
    );
  }
}

export function stableIngresses({
  stableIngress,
  stableIngresses,
}: NonNullable<TrafficRouting['nginx']>): string[] {
  return stableIngresses.length > 0 ? stableIngresses : [stableIngress];
}

export function goesTo({ http }: z.infer<typeof Rule>, service: string): boolean {
  return http?.paths.some(({ backend }) => backend.service?.name === service) ?? false;
}

export function canaryIngressName(rollout: string, ingress: string): string {
  return `${`${rollout}-${ingress}`.slice(0, LONGEST_NAME - SUFFIX.length)}${SUFFIX}`;
}
