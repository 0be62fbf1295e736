import type { KubeObject } from '../../../objectStore';
import { INGRESSES } from '../../../store/resourceTypes';
import { sameJson } from '../../../store/sameJson';
import { controlledBy } from '../../kinds';
import type { CanaryView } from '../canaryView';
import { unsimulated } from '../services';
import type { Route } from './route';

const PREFIX = 'nginx.ingress.kubernetes.io';
const CANARY = `${PREFIX}/canary`;
const WEIGHT = `${PREFIX}/canary-weight`;
const BY_COOKIE = `${PREFIX}/canary-by-cookie`;
const BY_HEADER = `${PREFIX}/canary-by-header`;
const BY_HEADER_VALUE = `${PREFIX}/canary-by-header-value`;
const BY_HEADER_PATTERN = `${PREFIX}/canary-by-header-pattern`;

/** A second Ingress with ingress-nginx's annotations for a canary. */
export function nginxRoute(view: CanaryView): Route {
  const { cluster, namespace } = view;
  const name = `${ingressName(view)}-canary`;
  const annotate = (annotations: Record<string, string>) =>
    cluster.store.update(INGRESSES, namespace, name, (draft) => {
      draft.metadata.annotations = annotations;
    });
  return {
    reconcile: () => keepIngress(view, name),
    weights() {
      const { metadata } = existing(view, name);
      const canary = weightIn(view, metadata.annotations ?? {});
      return { primary: 100 - canary, canary, mirrored: false };
    },
    set({ canary }) {
      const { metadata } = existing(view, name);
      const before = metadata.annotations ?? {};
      if (canary === 0) annotate(withoutTraffic(before));
      else if (view.spec.analysis.match.length > 0) annotate(byRequest(view, before));
      else annotate({ ...before, [CANARY]: 'true', [WEIGHT]: String(canary) });
    },
    finalize() {},
  };
}

function ingressName({ spec }: CanaryView): string {
  if (!spec.ingressRef?.name) throw new Error('ingress selector is empty');
  return spec.ingressRef.name;
}

function existing({ cluster, namespace }: CanaryView, name: string): KubeObject {
  const found = cluster.store.get(INGRESSES, namespace, name);
  if (found) return found;
  throw new Error(
    `ingress ${name}.${namespace} get query error: ingresses.networking.k8s.io "${name}" not found`,
  );
}

function keepIngress(view: CanaryView, name: string): void {
  const { cluster, namespace, canary } = view;
  const stable = existing(view, ingressName(view));
  const spec = canarySpecOf(view, stable);
  const found = cluster.store.get(INGRESSES, namespace, name);
  if (found && sameJson(found.spec, spec)) return;
  if (found) {
    cluster.store.update(INGRESSES, namespace, name, (draft) => {
      draft.spec = spec;
    });
    return;
  }
  cluster.store.create(INGRESSES, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      labels: { ...stable.metadata.labels },
      annotations: withoutTraffic(unsimulated(stable.metadata.annotations)),
      ownerReferences: [controlledBy(canary)],
    },
    spec,
  });
}

interface IngressRule {
  http?: { paths: { backend?: { service?: { name: string } } }[] };
}

/** The Ingress with the canary's Service in place of the clients'. */
function canarySpecOf({ names }: CanaryView, { metadata, spec }: KubeObject): Record<string, unknown> {
  const copy = structuredClone(spec ?? {});
  const services = ((copy.rules ?? []) as IngressRule[])
    .flatMap(({ http }) => http?.paths ?? [])
    .flatMap(({ backend }) => (backend?.service?.name === names.apex ? [backend.service] : []));
  if (services.length === 0) throw new Error(`backend ${names.apex} not found in ingress ${metadata.name}`);
  for (const service of services) service.name = names.canaryService;
  return copy;
}

function weightIn({ spec }: CanaryView, annotations: Readonly<Record<string, string>>): number {
  const isByRequest = annotations[BY_COOKIE] !== undefined || annotations[BY_HEADER] !== undefined;
  if (spec.analysis.match.length > 0 && isByRequest) return 100;
  const text = annotations[WEIGHT] ?? '0';
  const weight = Number(text);
  if (!Number.isInteger(weight)) throw new Error(`failed to convert ${text} to int`);
  return weight;
}

function withoutTraffic(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const others = Object.entries(annotations).filter(
    ([key]) => !key.startsWith(CANARY) && !key.includes('last-applied-configuration'),
  );
  return { ...Object.fromEntries(others), [CANARY]: 'true', [WEIGHT]: '0' };
}

/** A/B testing: the last header and the last cookie that the analysis matches. */
function byRequest(
  { spec }: CanaryView,
  annotations: Readonly<Record<string, string>>,
): Record<string, string> {
  const result: Record<string, string> = { ...annotations, [CANARY]: 'true' };
  for (const { headers = {} } of spec.analysis.match) {
    for (const [name, { exact, regex }] of Object.entries(headers as Record<string, StringMatch>)) {
      if (name === 'cookie') {
        if (exact) result[BY_COOKIE] = exact;
        continue;
      }
      result[BY_HEADER] = name;
      if (exact) result[BY_HEADER_VALUE] = exact;
      if (regex) result[BY_HEADER_PATTERN] = regex;
    }
  }
  return result;
}

interface StringMatch {
  exact?: string;
  regex?: string;
}
