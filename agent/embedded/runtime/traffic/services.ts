import type { KubeObject } from '../../objectStore';
import { servicePorts } from '../kinds';
import type { Destination, RouteObjects } from './resolution';

interface Address {
  namespace: string;
  service: string;
  port?: string | undefined;
}

/** The pods behind a Service, or why there is nothing to send to; `status` is what clients then get. */
export function serviceDestination(objects: RouteObjects, address: Address, status: number): Destination {
  const { namespace, service, port } = address;
  const found = findService(objects, namespace, service);
  const destination: Destination = { namespace, service, port, subset: null, problem: null };
  if (!found)
    return { ...destination, problem: { text: `Service ${namespace}/${service} not found`, status } };
  if (!hasPort(found, port)) {
    return {
      ...destination,
      problem: { text: `Service ${namespace}/${service} has no port ${port}`, status },
    };
  }
  return destination;
}

export function findService(
  { services }: RouteObjects,
  namespace: string,
  name: string,
): KubeObject | undefined {
  return services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
}

/** Of a Service that names no ports any will do. */
function hasPort(service: KubeObject, port: string | undefined): boolean {
  const ports = servicePorts(service);
  if (port === undefined || ports.length === 0) return true;
  return ports.some((one) => one.name === port || String(one.port) === port);
}
