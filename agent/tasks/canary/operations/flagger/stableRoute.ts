import * as z from 'zod';
import type { FlaggerRelease, RouteObject } from '../../../../cluster/releases';
import type { ReversibleChange, Write } from '../../../../safety/change';

type Operation = Extract<Write, { verb: 'json-patch' }>['operations'][number];

const NGINX_WEIGHT = 'nginx.ingress.kubernetes.io/canary-weight';

/**
 * All traffic to the primary, on the object that Flagger has made to split it; null where there is none, or where it
 * sends nothing to the canary. Flagger itself would do so at its next look only.
 */
export function stableRoute({ ref, route }: Pick<FlaggerRelease, 'ref' | 'route'>): ReversibleChange | null {
  const changes = route ? operationsFor(route) : [];
  if (!route || changes.length === 0) return null;
  return {
    description: `all traffic of ${route.kind} ${route.name} to the primary`,
    write: {
      verb: 'json-patch',
      resource: {
        apiVersion: route.apiVersion,
        plural: PLURALS[route.kind] ?? '',
        namespace: ref.namespace,
        name: route.name,
      },
      operations: [{ op: 'test', path: '/metadata/uid', value: route.uid }, ...changes],
    },
    inverse: { kind: 'none', why: 'what sends traffic to a canary that was rolled back is decided anew' },
  };
}

const PLURALS: Readonly<Record<string, string>> = {
  HTTPRoute: 'httproutes',
  VirtualService: 'virtualservices',
  Ingress: 'ingresses',
};

function operationsFor(route: RouteObject): Operation[] {
  switch (route.kind) {
    case 'HTTPRoute': {
      const rules = HttpRoute.safeParse(route.spec).data?.rules ?? [];
      return weights(
        rules.map(({ backendRefs }) => backendRefs),
        (rule, backend) => `/spec/rules/${rule}/backendRefs/${backend}/weight`,
      );
    }
    case 'VirtualService': {
      const rules = VirtualService.safeParse(route.spec).data?.http ?? [];
      return weights(
        rules.map((rule) =>
          rule.route.map(({ destination, weight }) => ({ name: firstLabel(destination.host), weight })),
        ),
        (rule, backend) => `/spec/http/${rule}/route/${backend}/weight`,
      );
    }
    case 'Ingress':
      return ingressWeight(route);
    default:
      return [];
  }
}

const Weight = z.number().optional();
const HttpRoute = z.looseObject({
  rules: z.array(
    z.looseObject({ backendRefs: z.array(z.looseObject({ name: z.string(), weight: Weight })).default([]) }),
  ),
});
const VirtualService = z.looseObject({
  http: z.array(
    z.looseObject({
      route: z
        .array(z.looseObject({ destination: z.looseObject({ host: z.string() }), weight: Weight }))
        .default([]),
    }),
  ),
});

/** `web-canary` of `web-canary.shop.svc.cluster.local`. */
function firstLabel(host: string): string {
  return host.split('.')[0] ?? '';
}

interface Backend {
  name: string;
  weight?: number | undefined;
}

/** In each rule that splits: nothing to the canary, everything to the primary. */
function weights(
  rules: readonly (readonly Backend[])[],
  path: (rule: number, backend: number) => string,
): Operation[] {
  return rules.flatMap((backends, rule) => {
    if (backends.length < 2) return [];
    return backends.flatMap(({ name, weight }, index): Operation[] => {
      const wanted = name.endsWith('-canary') ? 0 : 100;
      return weight === wanted ? [] : [{ op: 'add', path: path(rule, index), value: wanted }];
    });
  });
}

function ingressWeight({ annotations }: RouteObject): Operation[] {
  const weight = annotations[NGINX_WEIGHT];
  if (weight === undefined || weight === '0') return [];
  return [{ op: 'replace', path: `/metadata/annotations/${NGINX_WEIGHT.replaceAll('/', '~1')}`, value: '0' }];
}
