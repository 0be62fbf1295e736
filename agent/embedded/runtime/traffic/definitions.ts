import type { NewObject, ResourceType } from '../../objectStore';
import {
  DESTINATION_RULES,
  GATEWAY_CLASSES,
  GATEWAYS,
  HTTP_ROUTES,
  ISTIO_GATEWAYS,
  VIRTUAL_SERVICES,
} from '../../store/resourceTypes';
import {
  BOOLEAN,
  customDefinition,
  type FieldSchema,
  INTEGER,
  listOf,
  mapOf,
  object,
  oneOf,
  openObject,
  PRESERVED,
  STRING,
} from '../customDefinition';

const between = (minimum: number, maximum: number): FieldSchema => ({ type: 'integer', minimum, maximum });
const PORT = between(1, 65_535);
const withDefault = (schema: FieldSchema, value: unknown): FieldSchema => ({ ...schema, default: value });

const gatewayHeaders = listOf(object({ name: STRING, value: STRING }, ['name', 'value']));
const headerFilter = object({ set: gatewayHeaders, add: gatewayHeaders, remove: listOf(STRING) });
const matcher = (types: FieldSchema) =>
  listOf(object({ name: STRING, type: withDefault(types, 'Exact'), value: STRING }, ['name', 'value']));
const EXACT_OR_PATTERN = oneOf('Exact', 'RegularExpression');
const ANY_PATH = { type: 'PathPrefix', value: '/' };
const BACKEND: Record<string, FieldSchema> = {
  group: withDefault(STRING, ''),
  kind: withDefault(STRING, 'Service'),
  name: STRING,
  namespace: STRING,
  port: PORT,
};
const FILTERS = listOf(
  openObject(
    {
      type: oneOf(
        'RequestHeaderModifier',
        'ResponseHeaderModifier',
        'RequestMirror',
        'RequestRedirect',
        'URLRewrite',
        'ExtensionRef',
        'CORS',
        'ExternalAuth',
      ),
      requestHeaderModifier: headerFilter,
      responseHeaderModifier: headerFilter,
      requestMirror: object(
        {
          backendRef: object(BACKEND, ['name']),
          percent: between(0, 100),
          fraction: object(
            { numerator: { type: 'integer', minimum: 0 }, denominator: withDefault(INTEGER, 100) },
            ['numerator'],
          ),
        },
        ['backendRef'],
      ),
    },
    ['type'],
  ),
);

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec */
const HTTP_ROUTE = openObject({
  parentRefs: listOf(
    object(
      {
        group: withDefault(STRING, GATEWAYS.group),
        kind: withDefault(STRING, 'Gateway'),
        name: STRING,
        namespace: STRING,
        sectionName: STRING,
        port: PORT,
      },
      ['name'],
    ),
  ),
  hostnames: listOf({
    ...STRING,
    pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  }),
  rules: withDefault(
    listOf(
      openObject({
        name: STRING,
        matches: withDefault(
          listOf(
            object({
              path: withDefault(
                object({
                  type: withDefault(oneOf('Exact', 'PathPrefix', 'RegularExpression'), 'PathPrefix'),
                  value: withDefault(STRING, '/'),
                }),
                ANY_PATH,
              ),
              headers: matcher(EXACT_OR_PATTERN),
              queryParams: matcher(EXACT_OR_PATTERN),
              method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'),
            }),
          ),
          [{ path: ANY_PATH }],
        ),
        filters: FILTERS,
        backendRefs: listOf(
          object({ ...BACKEND, weight: withDefault(between(0, 1_000_000), 1), filters: FILTERS }, ['name']),
        ),
      }),
    ),
    [{ matches: [{ path: ANY_PATH }] }],
  ),
});

const SELECTOR = object({
  matchLabels: mapOf(STRING),
  matchExpressions: listOf(
    object({ key: STRING, operator: STRING, values: listOf(STRING) }, ['key', 'operator']),
  ),
});

/** https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec */
const GATEWAY = openObject(
  {
    gatewayClassName: STRING,
    listeners: listOf(
      openObject(
        {
          name: STRING,
          hostname: STRING,
          port: PORT,
          protocol: STRING,
          allowedRoutes: withDefault(
            openObject({
              namespaces: withDefault(
                object({ from: withDefault(oneOf('All', 'Selector', 'Same'), 'Same'), selector: SELECTOR }),
                { from: 'Same' },
              ),
            }),
            { namespaces: { from: 'Same' } },
          ),
        },
        ['name', 'port', 'protocol'],
      ),
    ),
  },
  ['gatewayClassName', 'listeners'],
);

const GATEWAY_CLASS = openObject({ controllerName: STRING, description: STRING }, ['controllerName']);

const gatewayApi = (kind: string, { group, plural }: ResourceType, spec: FieldSchema, more: object = {}) =>
  customDefinition({
    group,
    kind,
    plural,
    version: 'v1',
    otherVersions: ['v1beta1'],
    categories: ['gateway-api'],
    spec,
    hasStatusSubresource: true,
    ...more,
  });

/** The kinds of the Gateway API, reduced to the fields that the embedded cluster heeds. */
export const GATEWAY_API_DEFINITIONS: readonly NewObject[] = [
  gatewayApi('GatewayClass', GATEWAY_CLASSES, GATEWAY_CLASS, { scope: 'Cluster', shortNames: ['gc'] }),
  gatewayApi('Gateway', GATEWAYS, GATEWAY, { shortNames: ['gtw'] }),
  gatewayApi('HTTPRoute', HTTP_ROUTES, HTTP_ROUTE),
];

const headerChanges = object({ set: mapOf(STRING), add: mapOf(STRING), remove: listOf(STRING) });
const istioHeaders = object({ request: headerChanges, response: headerChanges });
const text = object({ exact: STRING, prefix: STRING, regex: STRING });
const istioPort = object({ number: { type: 'integer', minimum: 0 } });
const destination = object({ host: STRING, subset: STRING, port: istioPort }, ['host']);
const percentage = object({ value: { type: 'number' } });

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
const VIRTUAL_SERVICE = openObject({
  hosts: listOf(STRING),
  gateways: listOf(STRING),
  exportTo: listOf(STRING),
  http: listOf(
    openObject({
      name: STRING,
      match: listOf(
        object({
          name: STRING,
          uri: text,
          scheme: text,
          method: text,
          authority: text,
          headers: mapOf(text),
          withoutHeaders: mapOf(text),
          queryParams: mapOf(text),
          ignoreUriCase: BOOLEAN,
          port: INTEGER,
          gateways: listOf(STRING),
          sourceLabels: mapOf(STRING),
          sourceNamespace: STRING,
          statPrefix: STRING,
        }),
      ),
      route: listOf(object({ destination, weight: INTEGER, headers: istioHeaders }, ['destination'])),
      headers: istioHeaders,
      mirror: destination,
      mirrorPercentage: percentage,
      mirrors: listOf(object({ destination, percentage }, ['destination'])),
    }),
  ),
});

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
const DESTINATION_RULE = openObject(
  { host: STRING, subsets: listOf(openObject({ name: STRING, labels: mapOf(STRING) }, ['name'])) },
  ['host'],
);

/** https://istio.io/latest/docs/reference/config/networking/gateway/ */
const ISTIO_GATEWAY = openObject({
  selector: mapOf(STRING),
  servers: listOf(
    openObject(
      {
        hosts: listOf(STRING),
        port: openObject({ number: { type: 'integer', minimum: 0 }, name: STRING, protocol: STRING }, [
          'number',
          'protocol',
          'name',
        ]),
        tls: PRESERVED,
      },
      ['port', 'hosts'],
    ),
  ),
});

const istio = (kind: string, { group, plural }: ResourceType, shortName: string, spec: FieldSchema) =>
  customDefinition({
    group,
    kind,
    plural,
    version: 'v1',
    otherVersions: ['v1beta1'],
    categories: ['istio-io', 'networking-istio-io'],
    shortNames: [shortName],
    spec,
    hasStatusSubresource: true,
  });

/** The kinds by which Istio routes traffic, reduced to the fields that the embedded cluster heeds. */
export const ISTIO_DEFINITIONS: readonly NewObject[] = [
  istio('VirtualService', VIRTUAL_SERVICES, 'vs', VIRTUAL_SERVICE),
  istio('DestinationRule', DESTINATION_RULES, 'dr', DESTINATION_RULE),
  istio('Gateway', ISTIO_GATEWAYS, 'gw', ISTIO_GATEWAY),
];
