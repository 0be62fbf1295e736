import * as z from 'zod';
import type { Release, RouteObject } from '../../../cluster/releases';

/** Where clients reach a route. */
export interface RouteAddress {
  /** `http://127.0.0.1:40123`. */
  url: string;
  /** Host that they ask for; null for that of the address. */
  host: string | null;
}

/** Reads one object of the API. @throws CoxswainError */
type Get = (path: string) => Promise<unknown>;

/** Type of an address that has a port too, as the embedded cluster's gateway writes it. */
const ENDPOINT = 'coxswain.dev/endpoint';
const DEFAULT_PORT = 80;

const HttpRoute = z.looseObject({
  parentRefs: z
    .array(
      z.looseObject({
        name: z.string(),
        namespace: z.string().optional(),
        sectionName: z.string().optional(),
      }),
    )
    .default([]),
});
const Gateway = z.looseObject({
  spec: z
    .looseObject({
      listeners: z
        .array(z.looseObject({ name: z.string(), port: z.number(), protocol: z.string().optional() }))
        .default([]),
    })
    .optional(),
  status: z
    .looseObject({
      addresses: z.array(z.looseObject({ type: z.string().optional(), value: z.string() })).default([]),
    })
    .optional(),
});
const Ingress = z.looseObject({
  status: z
    .looseObject({
      loadBalancer: z
        .looseObject({
          ingress: z
            .array(
              z.looseObject({
                ip: z.string().optional(),
                hostname: z.string().optional(),
                ports: z.array(z.looseObject({ port: z.number() })).optional(),
              }),
            )
            .default([]),
        })
        .optional(),
    })
    .optional(),
});

/** The address of a release's route as its status tells it; null where that says none. @throws CoxswainError */
export async function routeAddressOf(release: Release, get: Get): Promise<RouteAddress | null> {
  const route = routeOf(release);
  if (!route) return null;
  const url = await urlOf(route, release.ref.namespace, get);
  return url === null ? null : { url, host: hostOf(release) };
}

/** Host that clients of a release ask for; null where its route has none, or all. */
export function hostOf(release: Release): string | null {
  return routeOf(release)?.hosts.find((each) => !each.includes('*')) ?? null;
}

function routeOf(release: Release): RouteObject | null {
  return release.operator === 'argo-rollouts' ? null : release.route;
}

async function urlOf(route: RouteObject, namespace: string, get: Get): Promise<string | null> {
  const { apiVersion, kind, name, spec } = route;
  if (kind === 'Ingress')
    return ingressUrl(await get(`/apis/${apiVersion}/namespaces/${namespace}/ingresses/${name}`));
  if (kind !== 'HTTPRoute') return null;
  const parsed = HttpRoute.safeParse(spec);
  const [parent] = parsed.success ? parsed.data.parentRefs : [];
  if (!parent) return null;
  const home = parent.namespace ?? namespace;
  return gatewayUrl(
    await get(`/apis/${apiVersion}/namespaces/${home}/gateways/${parent.name}`),
    parent.sectionName,
  );
}

function gatewayUrl(object: unknown, section: string | undefined): string | null {
  const parsed = Gateway.safeParse(object);
  if (!parsed.success) return null;
  const { spec, status } = parsed.data;
  const endpoint = status?.addresses.find(({ type }) => type === ENDPOINT);
  if (endpoint) return `http://${endpoint.value}`;
  const [address] = status?.addresses ?? [];
  const listener = spec?.listeners.find(({ name }) => section === undefined || name === section);
  if (!address || !listener) return null;
  const scheme = listener.protocol === 'HTTPS' ? 'https' : 'http';
  return `${scheme}://${bracketed(address.value)}:${listener.port}`;
}

function ingressUrl(object: unknown): string | null {
  const parsed = Ingress.safeParse(object);
  const [point] = (parsed.success ? parsed.data.status?.loadBalancer?.ingress : undefined) ?? [];
  const host = point?.ip ?? point?.hostname;
  if (host === undefined) return null;
  return `http://${bracketed(host)}:${point?.ports?.[0]?.port ?? DEFAULT_PORT}`;
}

/** An IPv6 address in a URL. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
