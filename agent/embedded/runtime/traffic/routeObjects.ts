import * as z from 'zod';
import type { KubeObject } from '../../objectStore';
import { view } from '../kinds';

/** The parts of the route kinds that are heeded, with their APIs' defaults. Unreadable ones route nothing. */
function lenient<T>(schema: z.ZodType<T>): (object: KubeObject) => T {
  const empty = schema.parse({});
  return view((object) => schema.safeParse(object.spec ?? {}).data ?? empty);
}

const Labels = z.record(z.string(), z.string());

const IngressBackend = z.object({
  service: z
    .object({
      name: z.string(),
      port: z.object({ name: z.string().optional(), number: z.int().optional() }).default({}),
    })
    .optional(),
});
export type IngressBackend = z.infer<typeof IngressBackend>;
const IngressPath = z.object({
  path: z.string().default('/'),
  pathType: z.string().default('ImplementationSpecific'),
  backend: IngressBackend,
});
export type IngressPath = z.infer<typeof IngressPath>;
const IngressSpec = z.object({
  ingressClassName: z.string().optional(),
  defaultBackend: IngressBackend.optional(),
  rules: z
    .array(
      z.object({ host: z.string().default(''), http: z.object({ paths: z.array(IngressPath) }).optional() }),
    )
    .default([]),
});
export const ingressSpec = lenient(IngressSpec);

const AnyHeader = z.object({ name: z.string(), value: z.string() });
const HeaderFilter = z.object({
  set: z.array(AnyHeader).default([]),
  add: z.array(AnyHeader).default([]),
  remove: z.array(z.string()).default([]),
});
const Matcher = z.object({ type: z.string().default('Exact'), name: z.string(), value: z.string() });
const BackendRef = z.object({
  group: z.string().default(''),
  kind: z.string().default('Service'),
  name: z.string(),
  namespace: z.string().optional(),
  port: z.int().optional(),
});
export type BackendRef = z.infer<typeof BackendRef>;
const Filter = z.object({
  type: z.string(),
  requestHeaderModifier: HeaderFilter.optional(),
  responseHeaderModifier: HeaderFilter.optional(),
  requestMirror: z
    .object({
      backendRef: BackendRef,
      percent: z.number().optional(),
      fraction: z.object({ numerator: z.number(), denominator: z.number().default(100) }).optional(),
    })
    .optional(),
});
export type RouteFilter = z.infer<typeof Filter>;
const ANY_PATH = { type: 'PathPrefix', value: '/' };
const HttpMatch = z.object({
  path: z
    .object({ type: z.string().default('PathPrefix'), value: z.string().default('/') })
    .default(ANY_PATH),
  headers: z.array(Matcher).default([]),
  queryParams: z.array(Matcher).default([]),
  method: z.string().optional(),
});
export type HttpMatch = z.infer<typeof HttpMatch>;
const HttpRule = z.object({
  matches: z.array(HttpMatch).default([{ path: ANY_PATH, headers: [], queryParams: [] }]),
  filters: z.array(Filter).default([]),
  backendRefs: z
    .array(BackendRef.extend({ weight: z.number().default(1), filters: z.array(Filter).default([]) }))
    .default([]),
});
export type HttpRouteRule = z.infer<typeof HttpRule>;
const ParentRef = z.object({
  group: z.string().default('gateway.networking.k8s.io'),
  kind: z.string().default('Gateway'),
  name: z.string(),
  namespace: z.string().optional(),
  sectionName: z.string().optional(),
  port: z.int().optional(),
});
export type ParentRef = z.infer<typeof ParentRef>;
export const httpRouteSpec = lenient(
  z.object({
    parentRefs: z.array(ParentRef).default([]),
    hostnames: z.array(z.string()).default([]),
    rules: z.array(HttpRule).default([HttpRule.parse({})]),
  }),
);

const Listener = z.object({
  name: z.string(),
  hostname: z.string().optional(),
  port: z.int(),
  protocol: z.string(),
  allowedRoutes: z
    .object({
      namespaces: z
        .object({ from: z.string().default('Same'), selector: z.unknown().optional() })
        .default({ from: 'Same' }),
    })
    .default({ namespaces: { from: 'Same' } }),
});
export type Listener = z.infer<typeof Listener>;
export const gatewaySpec = lenient(
  z.object({ gatewayClassName: z.string().default(''), listeners: z.array(Listener).default([]) }),
);

const TextMatch = z.object({
  exact: z.string().optional(),
  prefix: z.string().optional(),
  regex: z.string().optional(),
});
export type TextMatch = z.infer<typeof TextMatch>;
const TextMatches = z.record(z.string(), TextMatch).default({});
const Destination = z.object({
  host: z.string(),
  subset: z.string().optional(),
  port: z.object({ number: z.int().optional() }).optional(),
});
export type IstioDestination = z.infer<typeof Destination>;
const HeaderChanges = z.object({
  set: Labels.default({}),
  add: Labels.default({}),
  remove: z.array(z.string()).default([]),
});
const IstioHeaders = z.object({ request: HeaderChanges.optional(), response: HeaderChanges.optional() });
export type IstioHeaders = z.infer<typeof IstioHeaders>;
const IstioMatch = z.object({
  uri: TextMatch.optional(),
  method: TextMatch.optional(),
  authority: TextMatch.optional(),
  headers: TextMatches,
  withoutHeaders: TextMatches,
  queryParams: TextMatches,
  ignoreUriCase: z.boolean().default(false),
});
export type IstioMatch = z.infer<typeof IstioMatch>;
const Percentage = z.object({ value: z.number().default(100) }).optional();
const IstioRule = z.object({
  match: z.array(IstioMatch).default([]),
  route: z
    .array(
      z.object({ destination: Destination, weight: z.number().default(0), headers: IstioHeaders.optional() }),
    )
    .default([]),
  headers: IstioHeaders.optional(),
  mirror: Destination.optional(),
  mirrorPercentage: Percentage,
  mirrors: z.array(z.object({ destination: Destination, percentage: Percentage })).default([]),
});
export type IstioRule = z.infer<typeof IstioRule>;
export const virtualServiceSpec = lenient(
  z.object({
    hosts: z.array(z.string()).default([]),
    gateways: z.array(z.string()).default(['mesh']),
    http: z.array(IstioRule).default([]),
  }),
);
export const destinationRuleSpec = lenient(
  z.object({
    host: z.string().default(''),
    subsets: z.array(z.object({ name: z.string(), labels: Labels.default({}) })).default([]),
  }),
);
export const istioGatewaySpec = lenient(
  z.object({
    servers: z
      .array(z.object({ hosts: z.array(z.string()), port: z.object({ protocol: z.string() }) }))
      .default([]),
  }),
);
