import * as z from 'zod';
import type { ClusterReader } from '../../../cluster/api';
import type { Workload } from '../../../cluster/snapshot';
import { isCoxswainError } from '../../../protocol';

/** What there is around a workload that a canary of it would be made with. */
export interface Surroundings {
  workload: Workload;
  /** Those that select its pods. */
  services: readonly FoundService[];
  /** Objects that send traffic to one of these Services. */
  routes: readonly FoundRoute[];
  /** `namespace/name` of the Gateways of the cluster that could be seen. */
  gateways: readonly string[];
}

export interface FoundService {
  name: string;
  ports: readonly { name?: string | undefined; port: number; targetPort?: string | number | undefined }[];
  selector: Readonly<Record<string, string>>;
}

export interface FoundRoute {
  kind: 'HTTPRoute' | 'VirtualService' | 'Ingress';
  apiVersion: string;
  name: string;
  uid: string;
  hosts: readonly string[];
  /** The Service that it sends traffic to. */
  service: string;
  spec: unknown;
}

/** Kinds that the cluster does not have, or does not let us see, are as if there were none. Rejects with the signal's reason. */
export async function lookAround(
  reader: ClusterReader,
  workload: Workload,
  signal?: AbortSignal,
): Promise<Surroundings> {
  const { namespace } = workload.ref;
  const names = workload.services.map(({ name }) => name);
  const list = (path: string) => listed(reader, path, signal);
  const [services, ingresses, httpRoutes, virtualServices, gateways] = await Promise.all([
    list(`/api/v1/namespaces/${namespace}/services`),
    list(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`),
    list(`/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`),
    list(`/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices`),
    list('/apis/gateway.networking.k8s.io/v1/gateways'),
  ]);
  return {
    workload,
    services: services.flatMap(serviceOf).filter(({ name }) => names.includes(name)),
    routes: [
      ...httpRoutes.flatMap((object) => routeOf(object, names, HTTP_ROUTE)),
      ...virtualServices.flatMap((object) => routeOf(object, names, VIRTUAL_SERVICE)),
      ...ingresses.flatMap((object) => routeOf(object, names, INGRESS)),
    ],
    gateways: gateways.flatMap((object) => {
      const { data } = Named.safeParse(object);
      return data ? [`${data.metadata.namespace}/${data.metadata.name}`] : [];
    }),
  };
}

const List = z.object({ items: z.array(z.unknown()) });

async function listed(
  reader: ClusterReader,
  path: string,
  signal?: AbortSignal,
): Promise<readonly unknown[]> {
  try {
    return List.parse(await reader.get(path, signal)).items;
  } catch (error) {
    signal?.throwIfAborted();
    if (isCoxswainError(error) && (error.code === 'not-found' || error.code === 'permission-denied'))
      return [];
    throw error;
  }
}

const Named = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default(''),
    uid: z.string().default(''),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
});

const Service = Named.extend({
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z
      .array(
        z.object({
          name: z.string().optional(),
          port: z.number(),
          targetPort: z.union([z.string(), z.number()]).optional(),
        }),
      )
      .default([]),
  }),
});

function serviceOf(object: unknown): FoundService[] {
  const { data } = Service.safeParse(object);
  return data ? [{ name: data.metadata.name, ports: data.spec.ports, selector: data.spec.selector }] : [];
}

interface RouteKind {
  kind: FoundRoute['kind'];
  apiVersion: string;
  read(spec: unknown): { hosts: readonly string[]; backends: readonly string[] } | null;
}

const HttpSpec = z.object({
  hostnames: z.array(z.string()).default([]),
  rules: z.array(z.object({ backendRefs: z.array(z.object({ name: z.string() })).default([]) })).default([]),
});
const HTTP_ROUTE: RouteKind = {
  kind: 'HTTPRoute',
  apiVersion: 'gateway.networking.k8s.io/v1',
  read(spec) {
    const { data } = HttpSpec.safeParse(spec);
    if (!data) return null;
    return {
      hosts: data.hostnames,
      backends: data.rules.flatMap(({ backendRefs }) => backendRefs.map(({ name }) => name)),
    };
  },
};

const VirtualSpec = z.object({
  hosts: z.array(z.string()).default([]),
  http: z
    .array(
      z.object({ route: z.array(z.object({ destination: z.object({ host: z.string() }) })).default([]) }),
    )
    .default([]),
});
const VIRTUAL_SERVICE: RouteKind = {
  kind: 'VirtualService',
  apiVersion: 'networking.istio.io/v1',
  read(spec) {
    const { data } = VirtualSpec.safeParse(spec);
    if (!data) return null;
    const hosts = data.http.flatMap(({ route }) => route.map(({ destination }) => destination.host));
    return { hosts: data.hosts, backends: hosts.map((host) => host.split('.')[0] ?? '') };
  },
};

const IngressSpec = z.object({
  rules: z
    .array(
      z.object({
        host: z.string().optional(),
        http: z
          .object({
            paths: z.array(
              z.object({
                backend: z.object({ service: z.object({ name: z.string() }).optional() }),
              }),
            ),
          })
          .optional(),
      }),
    )
    .default([]),
});
const INGRESS: RouteKind = {
  kind: 'Ingress',
  apiVersion: 'networking.k8s.io/v1',
  read(spec) {
    const { data } = IngressSpec.safeParse(spec);
    if (!data) return null;
    return {
      hosts: data.rules.flatMap(({ host }) => host ?? []),
      backends: data.rules.flatMap(
        ({ http }) => http?.paths.flatMap(({ backend }) => backend.service?.name ?? []) ?? [],
      ),
    };
  },
};

const NGINX_CANARY = 'nginx.ingress.kubernetes.io/canary';

function routeOf(
  object: unknown,
  services: readonly string[],
  { kind, apiVersion, read }: RouteKind,
): FoundRoute[] {
  const named = Named.extend({ spec: z.unknown() }).safeParse(object).data;
  const found = named && read(named.spec);
  const service = found?.backends.find((name) => services.includes(name));
  if (!named || !found || service === undefined) return [];
  // The canary's half of another release.
  if (named.metadata.annotations?.[NGINX_CANARY] === 'true') return [];
  const { name, uid } = named.metadata;
  return [{ kind, apiVersion, name, uid, hosts: found.hosts, service, spec: named.spec }];
}
