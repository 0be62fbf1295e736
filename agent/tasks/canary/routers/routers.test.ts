import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { hasRealDefinitions, realDefinitions } from '../../../../test/support/realDefinitions';
import type { RouteObject } from '../../../cluster/releases';
import type { RouterKind } from '../../../protocol';
import type { ReversibleChange, Write } from '../../../safety/change';
import type { Routing } from './router';
import { routerFor } from './routers';
import { baselinePercent } from './weights';

interface Found {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; uid: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

/** The routes of a release, as an API server keeps them. */
class Routes {
  readonly found = new Map<string, Found>();
  readonly kind: RouterKind;
  original: unknown = null;
  subset: Routing['subset'] = null;
  hasBaseline = false;
  readonly sent: Write[] = [];

  constructor(kind: RouterKind, ...objects: readonly Found[]) {
    this.kind = kind;
    for (const object of objects)
      this.found.set(keyOf(object.kind, object.metadata.name), structuredClone(object));
    this.original = routerFor(kind).noteOf(this.routing());
  }

  routing(): Routing {
    const route = this.#object(ROUTE_KINDS[this.kind], 'checkout');
    if (!route) throw new Error('no route');
    return {
      namespace: 'shop',
      name: 'checkout',
      route,
      destinationRule: this.#object('DestinationRule', 'checkout'),
      canaryIngress: this.kind === 'nginx' ? this.#object('Ingress', 'checkout-canary') : null,
      subset: this.subset,
      stableService: 'checkout',
      canaryService: 'checkout-canary',
      baselineService: this.hasBaseline ? 'checkout-baseline' : null,
      original: this.original,
      releaseId: 'release-1',
    };
  }

  split(
    weightPercent: number,
    options: { header?: string | null; mirrorPercent?: number | null } = {},
  ): void {
    const { header = 'x-canary', mirrorPercent = null } = options;
    const baseline = this.hasBaseline ? baselinePercent(weightPercent) : null;
    const split = { weightPercent, baselinePercent: baseline, header, mirrorPercent };
    this.#send(routerFor(this.kind).split(this.routing(), split));
  }

  finalize(): void {
    this.#send(routerFor(this.kind).finalize(this.routing()));
  }

  get weight(): number | null {
    return routerFor(this.kind).read(this.routing());
  }

  edit(name: string, change: (found: Found) => void): void {
    const found = this.found.get(name);
    if (!found) throw new Error(`no ${name}`);
    change(found);
  }

  /** As they would be sent back to an API server. */
  all(): Found[] {
    return [...this.found.values()];
  }

  #send(changes: readonly ReversibleChange[]): void {
    for (const { write, inverse } of changes) {
      const before = structuredClone(this.all());
      this.#apply(write);
      // What takes a change back does just that.
      if (inverse.kind === 'write') {
        const after = structuredClone([...this.found]);
        this.#apply(inverse.write);
        expect(withoutEmpty(this.all())).toEqual(withoutEmpty(before));
        this.found.clear();
        for (const [key, object] of after) this.found.set(key, object);
      }
      this.sent.push(write);
    }
  }

  #apply(write: Write): void {
    const kind = KINDS[write.resource.plural] ?? '';
    const key = keyOf(kind, write.resource.name);
    if (write.verb === 'create') {
      const object = structuredClone(write.object) as unknown as Found;
      object.metadata.uid = `uid-${key}`;
      this.found.set(key, object);
    } else if (write.verb === 'delete') {
      this.found.delete(key);
    } else if (write.verb === 'json-patch') {
      const object = structuredClone(this.found.get(key));
      const operations = structuredClone(write.operations) as unknown as Operation[];
      const { newDocument } = jsonPatch.applyPatch(object, operations, true);
      if (!newDocument) throw new Error('nothing is left');
      const { annotations } = newDocument.metadata;
      if (annotations && Object.keys(annotations).length === 0) delete newDocument.metadata.annotations;
      this.found.set(key, newDocument);
    }
  }

  #object(kind: string, name: string): RouteObject | null {
    const found = this.found.get(keyOf(kind, name));
    if (!found) return null;
    const { apiVersion, metadata, spec } = found;
    const annotations = metadata.annotations ?? {};
    return {
      ...{ apiVersion, kind, name, uid: metadata.uid, resourceVersion: '1', annotations },
      ...{ annotated: Object.keys(annotations).length > 0, hosts: [], spec },
    };
  }
}

const ROUTE_KINDS = { 'gateway-api': 'HTTPRoute', istio: 'VirtualService', nginx: 'Ingress' } as const;
const KINDS: Readonly<Record<string, string>> = {
  httproutes: 'HTTPRoute',
  virtualservices: 'VirtualService',
  destinationrules: 'DestinationRule',
  ingresses: 'Ingress',
};
const API = {
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  VirtualService: 'networking.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  Ingress: 'networking.k8s.io/v1',
} as const;

function keyOf(kind: string, name: string): string {
  return `${kind}/${name}`;
}

function anObject(
  kind: keyof typeof API,
  spec: Record<string, unknown>,
  annotations?: Record<string, string>,
): Found {
  const metadata = {
    name: 'checkout',
    namespace: 'shop',
    uid: `uid-${kind}`,
    ...(annotations ? { annotations } : {}),
  };
  return { apiVersion: API[kind], kind, metadata, spec };
}

const annotations = fc.option(fc.constantFrom({}, { team: 'shop' }), { nil: undefined });
const weight = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined });
const given = <T>(key: string, value: T | undefined) => (value === undefined ? {} : { [key]: value });

/** Backends of which one may be the stable Service, and some are others. */
const backends = <T>(one: (service: string) => fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.constantFrom('checkout', 'assets', 'search'), { minLength: 1, maxLength: 3 })
    .chain((names) => fc.tuple(...names.map(one)));

const gatewayRule = fc
  .record({
    path: fc.option(fc.constantFrom('/', '/api', '/assets'), { nil: undefined }),
    header: fc.boolean(),
    filters: fc.boolean(),
    backendRefs: backends((name) => weight.map((value) => ({ name, port: 80, ...given('weight', value) }))),
  })
  .map(({ path, header, filters, backendRefs }) => ({
    ...(path === undefined
      ? {}
      : {
          matches: [
            {
              path: { type: 'PathPrefix', value: path },
              ...(header ? { headers: [{ type: 'Exact', name: 'beta', value: 'yes' }] } : {}),
            },
          ],
        }),
    ...(filters
      ? {
          filters: [
            { type: 'RequestHeaderModifier', requestHeaderModifier: { add: [{ name: 'a', value: 'b' }] } },
          ],
        }
      : {}),
    backendRefs,
  }));

const istioRule = fc
  .record({
    prefix: fc.option(fc.constantFrom('/', '/api'), { nil: undefined }),
    timeout: fc.boolean(),
    long: fc.boolean(),
    route: backends((name) => fc.tuple(fc.constant(name), fc.integer({ min: 0, max: 100 }))),
  })
  .map(({ prefix, timeout, long, route }) => ({
    ...(prefix === undefined ? {} : { match: [{ uri: { prefix } }] }),
    ...(timeout ? { timeout: '3s', retries: { attempts: 2 } } : {}),
    route: route.map(([name, share]) => ({
      destination: { host: long ? `${name}.shop.svc.cluster.local` : name },
      ...(route.length === 1 ? {} : { weight: share }),
    })),
  }));

const routes: Record<RouterKind, fc.Arbitrary<Routes>> = {
  'gateway-api': fc
    .tuple(fc.array(gatewayRule, { minLength: 1, maxLength: 9 }), annotations)
    .map(
      ([rules, notes]) =>
        new Routes('gateway-api', anObject('HTTPRoute', { hostnames: ['a.test'], rules }, notes)),
    ),
  istio: fc
    .tuple(fc.array(istioRule, { minLength: 1, maxLength: 4 }), annotations)
    .map(
      ([http, notes]) => new Routes('istio', anObject('VirtualService', { hosts: ['a.test'], http }, notes)),
    ),
  nginx: fc
    .constantFrom({}, { 'kubernetes.io/ingress.class': 'nginx' })
    .map((notes) => new Routes('nginx', anIngress(notes))),
};

function anIngress(notes: Record<string, string>): Found {
  const path = (service: string, value: string) => ({
    path: value,
    pathType: 'Prefix',
    backend: { service: { name: service, port: { number: 80 } } },
  });
  const http = { paths: [path('assets', '/assets'), path('checkout', '/')] };
  return anObject('Ingress', { ingressClassName: 'nginx', rules: [{ host: 'a.test', http }] }, notes);
}

const percent = fc.integer({ min: 0, max: 100 });
const KINDS_OF_ROUTER: readonly RouterKind[] = ['gateway-api', 'istio', 'nginx'];

interface Weighted {
  name: string;
  weight: number;
}

/** The backends of each rule, with their weights, in one form. */
function weighted(found: Found): Weighted[][] {
  const rules = (found.spec.rules ?? found.spec.http ?? []) as Record<string, unknown>[];
  return rules.map((rule) => {
    const list = (rule.backendRefs ?? rule.route ?? []) as {
      name?: string;
      destination?: { host: string; subset?: string };
      weight?: number;
    }[];
    const unset = rule.route && list.length > 1 ? 0 : 1;
    return list.map(({ name, destination, weight = unset }) => ({
      name: name ?? destination?.host.split('.')[0] ?? '',
      weight,
    }));
  });
}

function total(backends: readonly Weighted[]): number {
  return backends.reduce((sum, each) => sum + each.weight, 0);
}

describe.each(KINDS_OF_ROUTER)('the router %s', (kind) => {
  it('leaves the route as it was found, after any weights', () => {
    fc.assert(
      fc.property(
        routes[kind],
        fc.array(percent, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.boolean(),
        (seen, weights, mirrors, isBaselined) => {
          seen.hasBaseline = isBaselined && routerFor(kind).canSplitInThree;
          const before = structuredClone(seen.all());
          for (const each of weights) {
            seen.split(each, { mirrorPercent: mirrors && kind !== 'nginx' ? 20 : null });
            if (routerFor(kind).problems(seen.routing()).length === 0) expect(seen.weight).not.toBeNull();
          }
          seen.finalize();
          expect(withoutEmpty(seen.all())).toEqual(withoutEmpty(before));
          seen.finalize();
          expect(withoutEmpty(seen.all())).toEqual(withoutEmpty(before));
        },
      ),
    );
  });

  it('sends what is asked for, and nothing twice', () => {
    fc.assert(
      fc.property(routes[kind], percent, (seen, each) => {
        if (routerFor(kind).problems(seen.routing()).length > 0) return;
        seen.split(each);
        const isServed = seen.all().some((found) => weighted(found).some((backends) => total(backends) > 0));
        if (seen.weight !== 0 && isServed) expect(seen.weight).toBe(each);
        const { length } = seen.sent;
        seen.split(each);
        expect(seen.sent).toHaveLength(length);
      }),
    );
  });

  it('marks what it has set in the same write', () => {
    const [seen] = fc.sample(
      routes[kind].filter((each) => routerFor(kind).problems(each.routing()).length === 0),
      {
        numRuns: 1,
        seed: 1,
      },
    );
    seen?.split(30);
    const marked = seen && routerFor(kind).marked(seen.routing());
    expect(marked?.annotations['coxswain.dev/release']).toBe('{"id":"release-1","weight":30}');
    expect(seen?.sent).toHaveLength(1);
  });
});

describe.each(['gateway-api', 'istio'] as const)('the weights of %s', (kind) => {
  it('sum to a hundred times what they are without the canary, and to 100 where the stable version is alone', () => {
    fc.assert(
      fc.property(routes[kind], percent, (seen, each) => {
        seen.split(each, { header: null });
        const [route] = seen.all();
        if (!route) throw new Error('no route');
        for (const backends of weighted(route)) {
          if (!backends.some(({ name }) => name === 'checkout-canary')) continue;
          expect(total(backends) % 100).toBe(0);
          if (backends.length === 2 && total(backends) > 0) expect(total(backends)).toBe(100);
          for (const { weight: value } of backends) {
            expect(Number.isInteger(value)).toBe(true);
            expect(value).toBeLessThanOrEqual(1_000_000);
          }
        }
      }),
    );
  });

  it('keep the proportions of the others', () => {
    fc.assert(
      fc.property(routes[kind], percent, (seen, each) => {
        const [before] = structuredClone(seen.all());
        seen.split(each, { header: null });
        const [after] = seen.all();
        if (!before || !after) throw new Error('no route');
        for (const [index, backends] of weighted(before).entries()) {
          const now = weighted(after)[index] ?? [];
          for (const { name, weight: was } of backends) {
            if (name === 'checkout' || total(backends) === 0) continue;
            const is = now.find((one) => one.name === name)?.weight ?? 0;
            // Beyond ten thousand to one they are rounded.
            expect(is / total(now)).toBeCloseTo(was / total(backends), 3);
          }
        }
      }),
    );
  });
});

describe.each(['gateway-api', 'istio'] as const)('a baseline over %s', (kind) => {
  it('gets as much as the canary, what that leaves from a half on, and stable the rest', () => {
    fc.assert(
      fc.property(routes[kind], percent, (seen, each) => {
        seen.hasBaseline = true;
        seen.split(each);
        const router = routerFor(kind);
        for (const share of router.readRules(seen.routing())) {
          expect(share).toEqual({ canary: each, baseline: Math.min(each, 100 - each), mirror: null });
        }
        if (router.problems(seen.routing()).length > 0) return;
        const mark = JSON.parse(router.marked(seen.routing())?.annotations['coxswain.dev/release'] ?? '{}');
        expect(mark).toEqual({ id: 'release-1', weight: each, baseline: Math.min(each, 100 - each) });
        const { length } = seen.sent;
        seen.split(each);
        expect(seen.sent).toHaveLength(length);
      }),
    );
  });

  it('is somebody else’s Service in a release that has none', () => {
    const { name, port } = { name: 'checkout-baseline', port: 80 };
    const backend =
      kind === 'istio' ? { destination: { host: name }, weight: 40 } : { name, port, weight: 40 };
    const stable =
      kind === 'istio'
        ? { destination: { host: 'checkout' }, weight: 60 }
        : { name: 'checkout', port, weight: 60 };
    const rule = kind === 'istio' ? { route: [stable, backend] } : { backendRefs: [stable, backend] };
    const spec = kind === 'istio' ? { http: [rule] } : { rules: [rule] };
    const seen = new Routes(kind, anObject(kind === 'istio' ? 'VirtualService' : 'HTTPRoute', spec));
    const before = structuredClone(seen.all());
    seen.split(50, { header: null });
    const [after] = seen.all();
    expect(after && weighted(after)).toEqual([
      [
        { name: 'checkout', weight: 150 },
        { name: 'checkout-canary', weight: 150 },
        { name, weight: 200 },
      ],
    ]);
    seen.finalize();
    expect(withoutEmpty(seen.all())).toEqual(withoutEmpty(before));
  });
});

describe('what somebody has changed meanwhile', () => {
  it('stays, and the canary goes from it', () => {
    const rules = [
      {
        backendRefs: [
          { name: 'checkout', port: 80, weight: 1 },
          { name: 'old', port: 80, weight: 1 },
        ],
      },
    ];
    const seen = new Routes('gateway-api', anObject('HTTPRoute', { rules }));
    seen.split(50, { header: null });
    seen.edit('HTTPRoute/checkout', ({ spec }) => {
      spec.hostnames = ['b.test'];
      const [rule] = spec.rules as { backendRefs: { weight: number }[]; timeouts?: unknown }[];
      if (rule) rule.timeouts = { request: '1s' };
      const [stable, canary] = rule?.backendRefs ?? [];
      if (stable && canary)
        Object.assign(canary, { weight: 80 }, stable, { name: 'checkout-canary', weight: 80 });
    });
    expect(seen.weight).toBeCloseTo(61.54, 1);
    seen.finalize();
    expect(seen.all()[0]?.spec).toEqual({
      hostnames: ['b.test'],
      rules: [
        {
          timeouts: { request: '1s' },
          backendRefs: [
            { name: 'checkout', port: 80, weight: 13 },
            { name: 'old', port: 80, weight: 10 },
          ],
        },
      ],
    });
  });

  it('is given back to the stable version even where that is gone from the rule', () => {
    const rules = [{ backendRefs: [{ name: 'checkout', port: 80 }] }];
    const seen = new Routes('gateway-api', anObject('HTTPRoute', { rules }));
    seen.split(50, { header: null });
    seen.edit('HTTPRoute/checkout', ({ spec }) => {
      spec.rules = [{ backendRefs: [{ name: 'checkout-canary', port: 80, weight: 1 }] }];
    });
    expect(seen.weight).toBe(100);
    seen.finalize();
    expect(seen.all()[0]?.spec).toEqual({ rules });
  });
});

describe('requests with the header', () => {
  it('go to the canary whatever its weight is, in a rule before each one that is split', () => {
    const matches = [{ path: { type: 'PathPrefix', value: '/api' } }];
    const rules = [{ name: 'api', matches, backendRefs: [{ name: 'checkout', port: 80 }] }];
    const seen = new Routes('gateway-api', anObject('HTTPRoute', { rules }));
    seen.split(0);
    expect(seen.all()[0]?.spec.rules).toEqual([
      {
        matches: [{ ...matches[0], headers: [{ type: 'Exact', name: 'x-canary', value: 'true' }] }],
        backendRefs: [{ name: 'checkout-canary', port: 80, weight: 1 }],
      },
      expect.objectContaining({ name: 'api' }),
    ]);
    expect(seen.weight).toBe(0);
  });

  it('have no rule where the route would have more than the API server takes', () => {
    const rules = Array.from({ length: 9 }, (_, index) => ({
      matches: [{ path: { type: 'PathPrefix', value: `/${index}` } }],
      backendRefs: [{ name: 'checkout', port: 80 }],
    }));
    const seen = new Routes('gateway-api', anObject('HTTPRoute', { rules }));
    seen.split(10);
    expect(seen.all()[0]?.spec.rules).toHaveLength(9);
    expect(seen.weight).toBe(10);
  });
});

describe('Istio with subsets', () => {
  const subsets = [
    { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { loadBalancer: { simple: 'LEAST_REQUEST' } } },
    { name: 'old', labels: { version: 'old' } },
  ];
  const http = [{ route: [{ destination: { host: 'checkout', subset: 'v1' } }] }];
  const bySubset = () => {
    const seen = new Routes(
      'istio',
      anObject('VirtualService', { hosts: ['checkout'], http }),
      anObject('DestinationRule', { host: 'checkout', subsets }),
    );
    seen.subset = {
      name: 'v1',
      canaryLabels: { version: 'v1-canary' },
      baselineLabels: { version: 'v1-baseline' },
    };
    return seen;
  };

  it('adds the canary’s subset before it sends anything there, and takes it away last', () => {
    const seen = bySubset();
    const before = structuredClone(seen.all());
    seen.split(20, { header: null });
    expect(seen.sent.map(({ resource }) => resource.plural)).toEqual(['destinationrules', 'virtualservices']);
    expect(seen.found.get('DestinationRule/checkout')?.spec.subsets).toEqual([
      ...subsets,
      { ...subsets[0], name: 'v1-canary', labels: { version: 'v1-canary' } },
    ]);
    expect(seen.found.get('VirtualService/checkout')?.spec.http).toEqual([
      {
        route: [
          { destination: { host: 'checkout', subset: 'v1' }, weight: 80 },
          { destination: { host: 'checkout', subset: 'v1-canary' }, weight: 20 },
        ],
      },
    ]);
    expect(seen.weight).toBe(20);
    seen.finalize();
    expect(withoutEmpty(seen.all())).toEqual(withoutEmpty(before));
    expect(seen.sent.at(-1)?.resource.plural).toBe('destinationrules');
  });

  it('adds the baseline’s subset along, and takes both away', () => {
    const seen = bySubset();
    seen.hasBaseline = true;
    const before = structuredClone(seen.all());
    seen.split(60, { header: null });
    expect(seen.found.get('DestinationRule/checkout')?.spec.subsets).toEqual([
      ...subsets,
      { ...subsets[0], name: 'v1-canary', labels: { version: 'v1-canary' } },
      { ...subsets[0], name: 'v1-baseline', labels: { version: 'v1-baseline' } },
    ]);
    expect(seen.found.get('VirtualService/checkout')?.spec.http).toEqual([
      {
        route: [
          { destination: { host: 'checkout', subset: 'v1' }, weight: 0 },
          { destination: { host: 'checkout', subset: 'v1-canary' }, weight: 60 },
          { destination: { host: 'checkout', subset: 'v1-baseline' }, weight: 40 },
        ],
      },
    ]);
    seen.finalize();
    expect(withoutEmpty(seen.all())).toEqual(withoutEmpty(before));
  });

  it('cannot be split where the route goes to several subsets and none is the Deployment’s', () => {
    const route = [
      { destination: { host: 'checkout', subset: 'v1' }, weight: 50 },
      { destination: { host: 'checkout', subset: 'v2' }, weight: 50 },
    ];
    const seen = new Routes('istio', anObject('VirtualService', { hosts: ['checkout'], http: [{ route }] }));
    expect(routerFor('istio').problems(seen.routing())).toEqual([expect.stringContaining('several subsets')]);
  });
});

describe.skipIf(!hasRealDefinitions)('against the real definitions (needs ../shared)', () => {
  const check = realDefinitions('gateway-api', 'istio');

  it.each(['gateway-api', 'istio'] as const)('every split of %s is what its API server takes', (kind) => {
    fc.assert(
      fc.property(routes[kind], percent, (seen, each) => {
        seen.hasBaseline = true;
        seen.split(each, { mirrorPercent: 50 });
        for (const object of seen.all()) expect(check(object)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

function withoutEmpty(objects: readonly Found[]): Found[] {
  return objects.map(({ metadata, ...object }) => {
    const { annotations: found = {}, ...others } = metadata;
    return { ...object, metadata: { ...others, annotations: found } };
  });
}
