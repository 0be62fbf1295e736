import * as z from 'zod';
import type { ClusterReader } from '../cluster/api';
import type { ServiceAddress } from './proxyTransport';

const PAGE_SIZE = 500;
/** More are not tried: somebody has named a lot of Services oddly. */
const MAX_CANDIDATES = 12;

const Service = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    ports: z
      .array(z.object({ name: z.string().optional(), port: z.number(), appProtocol: z.string().optional() }))
      .default([]),
  }),
});
type Service = z.infer<typeof Service>;

const ServiceList = z.object({
  metadata: z.object({ continue: z.string().optional() }).default({}),
  items: z.array(Service),
});

/** How the usual installations mark the Service of Prometheus itself, best first. */
const MARKS: readonly ((service: Service) => boolean)[] = [
  ({ metadata }) => metadata.labels.app === 'kube-prometheus-stack-prometheus',
  // kube-prometheus, and prometheus-community's chart since version 16.
  ({ metadata }) =>
    metadata.labels['app.kubernetes.io/name'] === 'prometheus' &&
    ['server', 'prometheus', undefined].includes(metadata.labels['app.kubernetes.io/component']),
  ({ metadata }) => metadata.labels.app === 'prometheus' && metadata.labels.component === 'server',
  // The headless Service that prometheus-operator makes for every Prometheus.
  ({ metadata }) => metadata.labels['operated-prometheus'] === 'true',
  ({ metadata }) => WELL_KNOWN_NAMES.includes(metadata.name),
];

const WELL_KNOWN_NAMES = [
  'prometheus',
  'prometheus-server',
  'prometheus-k8s',
  'prometheus-operated',
  'kube-prometheus-stack-prometheus',
  'prometheus-kube-prometheus-prometheus',
];
const WELL_KNOWN_NAMESPACES = ['monitoring', 'prometheus', 'observability'];
const WELL_KNOWN_PORTS: Readonly<Record<string, string>> = { 'prometheus-server': '80' };

/**
 * Services that may be Prometheus, best first. Where Services may not be listed these are the well-known names in the
 * well-known namespaces, unseen.
 */
export async function findPrometheusServices(
  reader: ClusterReader,
  signal?: AbortSignal,
): Promise<ServiceAddress[]> {
  const services = await listServices(reader, signal);
  if (!services) return wellKnown();
  return services
    .map((service) => ({ service, rank: MARKS.findIndex((mark) => mark(service)) }))
    .filter(({ service, rank }) => rank >= 0 && service.spec.ports.length > 0)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_CANDIDATES)
    .map(({ service }) => addressOf(service));
}

export function serviceTitle({ namespace, name, port }: ServiceAddress): string {
  return `${namespace}/${name}:${port}`;
}

/** All Services, or null where they may not be listed or the list is unusable. */
async function listServices(reader: ClusterReader, signal?: AbortSignal): Promise<Service[] | null> {
  const services: Service[] = [];
  let next: string | undefined = '';
  try {
    while (next !== undefined) {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(next ? { continue: next } : {}) });
      const page = ServiceList.parse(await reader.get(`/api/v1/services?${query}`, signal));
      services.push(...page.items);
      next = page.metadata.continue || undefined;
    }
    return services;
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

function addressOf({ metadata: { namespace, name }, spec: { ports } }: Service): ServiceAddress {
  const port =
    ports.find((candidate) => /^(http-)?(web|prometheus)$|^http$/.test(candidate.name ?? '')) ??
    ports.find((candidate) => candidate.port === 9090 || candidate.port === 80) ??
    ports[0];
  const secure = port?.name?.startsWith('https') || port?.appProtocol === 'https' || port?.port === 443;
  return { namespace, name, port: String(port?.port), scheme: secure ? 'https' : 'http' };
}

function wellKnown(): ServiceAddress[] {
  return WELL_KNOWN_NAMESPACES.flatMap((namespace) =>
    WELL_KNOWN_NAMES.map((name) => ({
      namespace,
      name,
      port: WELL_KNOWN_PORTS[name] ?? '9090',
      scheme: 'http' as const,
    })),
  );
}
