import { describe, expect, it } from 'vitest';
import { hasRealDefinitions, realDefinitions } from '../../../../test/support/realDefinitions';
import type { RouterKind } from '../../../protocol';
import { checkDefinition, DefinitionSpec, resourcesOf } from '../../api/customResources';
import { applySchema } from '../../api/schema';
import { releaseObjects } from '../../demo/releaseApp';
import { createObjectStore } from '../../store/memoryStore';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../store/resourceTypes';
import { TickClock } from '../tickClock';
import { made } from './testRoutes';
import { TRAFFIC_DEFINITIONS } from './traffic';

const HEADERS = { set: [{ name: 'a', value: 'b' }], add: [], remove: ['c'] };
const SPECS: [string, string, Record<string, unknown>][] = [
  ['gateway.networking.k8s.io/v1', 'GatewayClass', { controllerName: 'coxswain.dev/gateway' }],
  [
    'gateway.networking.k8s.io/v1',
    'Gateway',
    {
      gatewayClassName: 'coxswain',
      listeners: [
        {
          name: 'http',
          hostname: '*.example.com',
          port: 80,
          protocol: 'HTTP',
          allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { a: 'b' } } } },
        },
      ],
    },
  ],
  [
    'gateway.networking.k8s.io/v1beta1',
    'HTTPRoute',
    {
      parentRefs: [{ name: 'gate', sectionName: 'http', port: 80 }],
      hostnames: ['shop.example'],
      rules: [
        {
          matches: [
            {
              path: { type: 'PathPrefix', value: '/cart' },
              method: 'GET',
              headers: [{ name: 'x-canary', value: 'true' }],
              queryParams: [{ type: 'RegularExpression', name: 'q', value: '.*' }],
            },
          ],
          filters: [
            { type: 'RequestHeaderModifier', requestHeaderModifier: HEADERS },
            { type: 'RequestMirror', requestMirror: { backendRef: { name: 'copy', port: 80 }, percent: 10 } },
          ],
          backendRefs: [{ name: 'stable', port: 80, weight: 90 }],
          timeouts: { request: '10s' },
        },
      ],
    },
  ],
  [
    'networking.istio.io/v1',
    'VirtualService',
    {
      hosts: ['shop.example'],
      gateways: ['gate', 'mesh'],
      http: [
        {
          name: 'canary',
          match: [{ uri: { prefix: '/' }, headers: { 'x-canary': { exact: 'true' } }, ignoreUriCase: true }],
          route: [{ destination: { host: 'stable', subset: 'v1', port: { number: 80 } }, weight: 100 }],
          headers: { request: { set: { a: 'b' } } },
          mirror: { host: 'copy' },
          mirrorPercentage: { value: 12.5 },
          retries: { attempts: 3, perTryTimeout: '2s' },
        },
      ],
    },
  ],
  [
    'networking.istio.io/v1beta1',
    'DestinationRule',
    {
      host: 'stable',
      subsets: [{ name: 'v1', labels: { version: 'one' } }],
      trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
    },
  ],
  [
    'networking.istio.io/v1',
    'Gateway',
    {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    },
  ],
];

const resources = TRAFFIC_DEFINITIONS.flatMap(({ spec }) => resourcesOf(DefinitionSpec.parse(spec)));
const resource = (apiVersion: string, kind: string) => {
  const found = resources.find(
    (each) => each.kind === kind && `${each.group}/${each.version}` === apiVersion,
  );
  if (!found) throw new Error(`no ${kind} ${apiVersion}`);
  return found;
};

describe('the kinds of the Gateway API and of Istio', () => {
  it('are valid definitions', () => {
    const store = createObjectStore(new TickClock(0, 1));
    for (const definition of TRAFFIC_DEFINITIONS) {
      expect(checkDefinition(store.create(CUSTOM_RESOURCE_DEFINITIONS, definition))).toEqual([]);
    }
  });

  it.skipIf(!hasRealDefinitions).each(SPECS)(
    'take a %s %s that the real ones take',
    (apiVersion, kind, spec) => {
      const check = realDefinitions('gateway-api', 'istio');
      const object = { ...made(kind, 'made', structuredClone(spec)), apiVersion };
      expect(check(object)).toEqual([]);
      expect(applySchema(resource(apiVersion, kind).schema, object)).toEqual({ causes: [], pruned: [] });
    },
  );

  it.skipIf(!hasRealDefinitions).each<RouterKind>(['gateway-api', 'istio'])(
    'are those of the demo over %s',
    (router) => {
      const check = realDefinitions('gateway-api', 'istio');
      const custom = releaseObjects(router).filter(
        ({ type }) => type.group.startsWith('networking.istio') || type.group.startsWith('gateway'),
      );
      expect(custom.length).toBeGreaterThanOrEqual(2);
      for (const { object } of custom) expect(check(object)).toEqual([]);
    },
  );

  it.each([
    [
      'HTTPRoute',
      'gateway.networking.k8s.io/v1',
      { rules: [{ backendRefs: [{ name: 'stable' }] }] },
      'spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference',
    ],
    [
      'HTTPRoute',
      'gateway.networking.k8s.io/v1',
      { rules: [{ matches: [{ path: { value: 'cart' } }] }] },
      "spec.rules[0].matches[0].path: Invalid value: \"object\": value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
    ],
    [
      'Gateway',
      'gateway.networking.k8s.io/v1',
      { gatewayClassName: 'coxswain', listeners: [] },
      'spec.listeners: Invalid value: 0: spec.listeners in body should have at least 1 items',
    ],
  ])('refuse a wrong %s', (kind, apiVersion, spec, expected) => {
    const object = { ...made(kind, 'made', spec), apiVersion };
    const { schema, check } = resource(apiVersion, kind);
    const causes = [...applySchema(schema, object).causes, ...(check?.(object) ?? [])];
    expect(causes.map(({ field, message }) => `${field}: ${message}`)).toEqual([expected]);
  });

  it.each([
    [{ http: [{ route: [{ destination: { host: 'a' } }] }] }, 'virtual service must have at least one host'],
    [{ hosts: ['a'] }, 'http, tcp or tls must be provided in virtual service'],
    [
      { hosts: ['a'], http: [{ route: [{ destination: { host: 'a' } }, { destination: { host: 'b' } }] }] },
      'total destination weight = 0',
    ],
  ])('refuse a wrong VirtualService by the webhook: %j', (spec, expected) => {
    const { check } = resource('networking.istio.io/v1', 'VirtualService');
    expect(() => check?.(made('VirtualService', 'made', spec))).toThrow(
      `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${expected}`,
    );
  });
});
