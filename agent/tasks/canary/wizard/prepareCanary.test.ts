import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aWorkload } from '../../../../test/support/builders';
import type { CanaryKind } from '../../../protocol';
import { type PrepareContext, prepareCanary } from './prepareCanary';
import type { FoundRoute, Surroundings } from './surroundings';

const SERVICE = {
  name: 'checkout',
  ports: [{ name: 'http', port: 80, targetPort: 8080 }],
  selector: { app: 'checkout' },
};
const HTTP_ROUTE: FoundRoute = {
  kind: 'HTTPRoute',
  apiVersion: 'gateway.networking.k8s.io/v1',
  name: 'shop',
  uid: 'uid-route',
  hosts: ['shop.example'],
  service: 'checkout',
  spec: { hostnames: ['shop.example'], rules: [{ backendRefs: [{ name: 'checkout', port: 80 }] }] },
};
const CONTEXT: PrepareContext = { capabilities: [], movedBy: null, gateUrl: null, analysis: () => null };

function around(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    workload: aWorkload([]),
    services: [SERVICE],
    routes: [HTTP_ROUTE],
    gateways: ['infra/web'],
    ...changes,
  };
}

const prepare = (kind: CanaryKind, surroundings = around(), wanted: object = {}, context = CONTEXT) =>
  prepareCanary(surroundings, { kind, ...wanted }, context);

describe('to make a Deployment a canary', () => {
  it('takes an annotation alone where the route is there', () => {
    const { manifests, plan, problems, text } = prepare('gateway-api');
    expect(problems).toEqual([]);
    expect(manifests.map(({ name }) => name)).toEqual(['Deployment/checkout']);
    expect(plan?.changes).toMatchObject([
      {
        write: {
          verb: 'json-patch',
          operations: [
            { op: 'test', path: '/metadata/uid', value: 'uid-checkout' },
            {
              op: 'add',
              path: '/metadata/annotations/coxswain.dev~1canary',
              value: '{"router":"gateway-api","route":"shop","service":"checkout"}',
            },
          ],
        },
        inverse: { kind: 'write', safe: true },
      },
    ]);
    expect(text).toBe('checkout becomes a canary by the Gateway API over HTTPRoute shop.');
  });

  it('takes a new route where there is none, first of all', () => {
    const { plan, manifests } = prepare('istio', around({ routes: [] }), { host: 'shop.example' });
    expect(plan?.changes.map(({ write }) => write.verb)).toEqual(['create', 'json-patch']);
    expect(parse(manifests[0]?.yaml ?? '')).toMatchObject({
      kind: 'VirtualService',
      spec: { hosts: ['shop.example'], http: [{ route: [{ destination: { host: 'checkout' } }] }] },
    });
  });

  it('takes a Rollout, a second Service and a second backend for Argo Rollouts', () => {
    const analysis = (_kind: string, name: string) =>
      `kind: AnalysisTemplate\napiVersion: argoproj.io/v1alpha1\nmetadata: {name: ${name}}\n`;
    const { manifests, plan } = prepare(
      'argo-rollouts',
      around(),
      { analyses: ['error-rate'] },
      { ...CONTEXT, analysis },
    );
    expect(manifests.map(({ name }) => name)).toEqual([
      'AnalysisTemplate/error-rate',
      'Service/checkout-canary',
      'Rollout/checkout',
      'HTTPRoute/shop',
    ]);
    expect(manifests[0]?.yaml).toMatch(/^apiVersion: .*\nkind: AnalysisTemplate\nmetadata:\n/);
    expect(parse(manifests[3]?.yaml ?? '').spec).toMatchObject({
      hostnames: ['shop.example'],
      rules: [{ backendRefs: [{ name: 'checkout' }, { name: 'checkout-canary', weight: 0 }] }],
    });
    const rollout = parse(manifests[2]?.yaml ?? '');
    expect(rollout.spec.strategy.canary).toMatchObject({
      stableService: 'checkout',
      canaryService: 'checkout-canary',
      trafficRouting: {
        plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'shop', namespace: 'shop' } },
      },
    });
    expect(rollout.spec.strategy.canary.steps.slice(0, 5)).toMatchObject([
      { setWeight: 5 },
      { pause: { duration: '2m' } },
      { setWeight: 10 },
      { pause: { duration: '5m' } },
      { analysis: { templates: [{ templateName: 'error-rate' }] } },
    ]);
    expect(plan?.changes.at(-1)).toMatchObject({
      write: {
        operations: [
          {},
          { op: 'test' },
          {
            op: 'replace',
            value: [
              { name: 'checkout', weight: 100 },
              { name: 'checkout-canary', weight: 0 },
            ],
          },
        ],
      },
    });
  });

  it('of Argo Rollouts leaves clients all pods where no route could split their requests', () => {
    const { manifests, text } = prepare('argo-rollouts', around({ routes: [] }));
    const rollout = parse(manifests.find(({ name }) => name === 'Rollout/checkout')?.yaml ?? '');
    expect(rollout.spec.strategy.canary).not.toHaveProperty('stableService');
    expect(text).toContain('by numbers of pods');
  });

  it('takes a Canary for Flagger, whose webhooks go to the gate where that is open', () => {
    const { manifests } = prepare('flagger', around(), {}, { ...CONTEXT, gateUrl: 'http://127.0.0.1:9' });
    const { spec } = parse(manifests[0]?.yaml ?? '');
    expect(spec).toMatchObject({
      provider: 'gatewayapi:v1',
      service: { hosts: ['shop.example'], gatewayRefs: [{ namespace: 'infra', name: 'web' }] },
    });
    expect(spec.analysis.webhooks.map(({ url }: { url: string }) => url)).toContain(
      'http://127.0.0.1:9/gate/rollback',
    );
    const metrics = parse(
      prepare(
        'flagger',
        around(),
        { analyses: ['model-accuracy'] },
        {
          ...CONTEXT,
          analysis: (_kind, name) =>
            `kind: MetricTemplate\napiVersion: flagger.app/v1beta1\nmetadata: {name: ${name}}\n`,
        },
      ).manifests[1]?.yaml ?? '',
    );
    expect(metrics.spec.analysis.metrics).toEqual([
      {
        name: 'model-accuracy',
        templateRef: { name: 'model-accuracy' },
        thresholdRange: { min: 85 },
        interval: '1m',
      },
    ]);
    const alone = parse(prepare('flagger', around({ routes: [] })).manifests[0]?.yaml ?? '');
    expect(alone.spec).toMatchObject({ provider: 'kubernetes', analysis: { iterations: 10 } });
  });

  it.each<[string, CanaryKind, Partial<Surroundings>, RegExp]>([
    [
      'a host that nobody has named',
      'gateway-api',
      { routes: [] },
      /no HTTPRoute for Service checkout: name the host/,
    ],
    ['a missing Gateway', 'gateway-api', { routes: [], gateways: [] }, /no Gateway/],
    ['no Service', 'istio', { services: [], routes: [] }, /no Service selects its pods/],
    [
      'two Services',
      'istio',
      { services: [SERVICE, { ...SERVICE, name: 'other' }], routes: [] },
      /several Services/,
    ],
    [
      'GitOps',
      'gateway-api',
      { workload: aWorkload([], { owners: [{ kind: 'argo-cd', name: 'shop', owns: 'object' }] }) },
      /Argo CD owns it: commit/,
    ],
    [
      'a second time',
      'gateway-api',
      { workload: aWorkload([], { annotations: { 'coxswain.dev/canary': '{}' } }) },
      /a release already/,
    ],
    [
      'what Coxswain releases already',
      'argo-rollouts',
      { workload: aWorkload([], { annotations: { 'coxswain.dev/canary': '{}' } }) },
      /Coxswain moves its traffic already: take the annotation/,
    ],
  ])('is refused for %s, with what to do', (_name, kind, changes, problem) => {
    const { plan, problems } = prepare(kind, around(changes));
    expect(plan).toBeNull();
    expect(problems.join()).toMatch(problem);
  });

  it('needs what the cluster does not have', () => {
    const capabilities = [
      { key: 'flagger', title: 'Flagger', present: false, detail: 'no API group flagger.app' },
    ];
    expect(prepare('flagger', around(), {}, { ...CONTEXT, capabilities }).problems).toEqual([
      'Flagger is not installed in this cluster: no API group flagger.app',
    ]);
  });

  it('refuses routes and analyses that there are not', () => {
    expect(() => prepare('istio', around(), { route: 'nothing' })).toThrow(
      'There is no VirtualService nothing',
    );
    expect(() => prepare('argo-rollouts', around(), { analyses: ['guess'] })).toThrow(
      'There is no analysis guess',
    );
  });

  it('writes nothing for what another release moves already', () => {
    const movedBy = 'Canary web of Flagger releases it';
    const { plan, problems, text } = prepare('gateway-api', around(), {}, { ...CONTEXT, movedBy });
    expect(plan).toBeNull();
    expect(problems).toEqual([`${movedBy}: two that move the same traffic undo each other`]);
    expect(text).toContain(movedBy);
  });

  it.each(['argo-rollouts', 'flagger'] as const)('does not leave out a host silently for %s', (kind) => {
    const { plan, problems } = prepare(kind, around(), { host: 'other.example' });
    expect(plan).toBeNull();
    expect(problems).toEqual([expect.stringContaining('HTTPRoute shop is not for host other.example')]);
    const none = prepare(kind, around({ routes: [] }), { host: 'other.example' });
    expect(none.problems).toEqual([expect.stringContaining('no route for host other.example goes to it')]);
    expect(prepare(kind, around(), { host: 'shop.example' }).problems).toEqual([]);
  });

  it('does not leave out a Gateway or analyses silently either', () => {
    expect(prepare('argo-rollouts', around(), { gateway: 'infra/web' }).problems).toEqual([
      expect.stringContaining('Gateway'),
    ]);
    expect(prepare('istio', around(), { host: 'a.example', analyses: ['latency'] }).problems).toEqual([
      expect.stringContaining('analyses are for Argo Rollouts and Flagger'),
    ]);
  });
});
