import { resolveGatewayApi } from './gatewayApi';
import { resolveIstio } from './istio';
import { resolveNginx } from './nginx';
import { type Resolution, type RouteObjects, type RouteRequest, routeText, unrouted } from './resolution';

/**
 * In a real cluster each router has an address of its own, and DNS says which of them a host is at. Here all stand
 * behind one address, and of those that claim a host the first in this order has it, whatever the others say of it.
 */
const ROUTERS = [resolveGatewayApi, resolveIstio, resolveNginx] as const;

/** Where a request goes by the routes that there are. Pure: who of the destinations is drawn is the caller's. */
export function resolveRoute(objects: RouteObjects, request: RouteRequest): Resolution {
  const answers = ROUTERS.map((resolve) => resolve(objects, request)).filter(
    ({ claims }) => claims.length > 0,
  );
  const [serving, ...others] = answers;
  const claims = answers.flatMap((answer) => answer.claims);
  if (!serving) {
    return { claims, conflict: null, outcome: unrouted(404, `no route has the host ${request.host}`) };
  }
  const [first] = serving.claims;
  const left = others.flatMap((answer) => answer.claims.map(routeText)).join(', ');
  const conflict =
    first && left
      ? `${routeText(first)} serves ${request.host}; ${left} claims it too and gets nothing`
      : serving.conflict;
  return { claims, conflict, outcome: serving.outcome };
}
