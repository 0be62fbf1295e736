import type { KubeObject } from '../../objectStore';
import { badRequest, type StatusCause } from '../../store/statusError';
import { type BackendRef, gatewaySpec, httpRouteSpec, virtualServiceSpec } from './routeObjects';

/**
 * What is wrong with a custom object beyond its schema: the rules that the real definitions carry as CEL, and the
 * webhook of Istio, which refuses by a thrown StatusError. By `kind.group`.
 */
export const CUSTOM_CHECKS: Readonly<Record<string, (object: KubeObject) => StatusCause[]>> = {
  'HTTPRoute.gateway.networking.k8s.io': checkHttpRoute,
  'Gateway.gateway.networking.k8s.io': checkGateway,
  'VirtualService.networking.istio.io': checkVirtualService,
};

const MOST_RULES = 16;

function checkHttpRoute(route: KubeObject): StatusCause[] {
  const { rules } = httpRouteSpec(route);
  const causes: StatusCause[] = [];
  if (rules.length === 0) causes.push(bounds('spec.rules', rules.length, 'at least 1 items'));
  if (rules.length > MOST_RULES)
    causes.push(bounds('spec.rules', rules.length, `at most ${MOST_RULES} items`));
  for (const [index, { matches, backendRefs, filters }] of rules.entries()) {
    const field = `spec.rules[${index}]`;
    for (const [at, { path }] of matches.entries()) {
      if (path.type === 'RegularExpression' || path.value.startsWith('/')) continue;
      const rule =
        "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']";
      causes.push(broken(`${field}.matches[${at}].path`, rule));
    }
    const mirrors = filters.map(({ requestMirror }) => requestMirror?.backendRef);
    causes.push(...withoutPort(`${field}.backendRefs`, backendRefs));
    causes.push(...withoutPort(`${field}.filters`, mirrors));
  }
  return causes;
}

function withoutPort(field: string, backends: readonly (BackendRef | undefined)[]): StatusCause[] {
  return backends.flatMap((backend, index) => {
    if (!backend || backend.port !== undefined || backend.kind !== 'Service' || backend.group !== '')
      return [];
    return [broken(`${field}[${index}]`, 'Must have port for Service reference')];
  });
}

function checkGateway(gateway: KubeObject): StatusCause[] {
  const { listeners } = gatewaySpec(gateway);
  if (listeners.length === 0) return [bounds('spec.listeners', 0, 'at least 1 items')];
  const names = listeners.map(({ name }) => name);
  if (new Set(names).size === names.length) return [];
  return [broken('spec.listeners', 'Listener name must be unique within the Gateway')];
}

/** As `validateHTTPRoute` of Istio (pkg/config/validation) says it. */
function checkVirtualService(service: KubeObject): StatusCause[] {
  const { hosts, http } = virtualServiceSpec(service);
  const problems: string[] = [];
  if (hosts.length === 0) problems.push('virtual service must have at least one host');
  const raw = service.spec ?? {};
  if (http.length === 0 && !raw.tcp && !raw.tls) {
    problems.push('http, tcp or tls must be provided in virtual service');
  }
  for (const [index, { route }] of http.entries()) {
    const total = route.reduce((sum, { weight }) => sum + weight, 0);
    if (route.some(({ weight }) => weight < 0)) problems.push(`http route ${index}: weight < 0`);
    else if (route.length > 1 && total === 0) problems.push('total destination weight = 0');
    if (route.length === 0 && !hasOtherTarget(raw.http, index)) {
      problems.push('HTTP route, redirect or direct_response is required');
    }
  }
  if (problems.length === 0) return [];
  throw badRequest(
    `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${problems.join('; ')}`,
  );
}

function hasOtherTarget(http: unknown, index: number): boolean {
  const rule: unknown = Array.isArray(http) ? http[index] : undefined;
  if (typeof rule !== 'object' || rule === null) return false;
  return 'redirect' in rule || 'directResponse' in rule || 'delegate' in rule;
}

function broken(field: string, rule: string): StatusCause {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: "object": ${rule}` };
}

function bounds(field: string, count: number, wanted: string): StatusCause {
  return {
    reason: 'FieldValueInvalid',
    field,
    message: `Invalid value: ${count}: ${field} in body should have ${wanted}`,
  };
}
