/** Whether a host of Istio is a Service of this namespace, by its short name or a longer one. */
export function isHostOf(host: string, service: string, namespace: string): boolean {
  return (
    host === service || host === `${service}.${namespace}` || host.startsWith(`${service}.${namespace}.`)
  );
}

/** The same host, of another Service of the namespace. */
export function withService(host: string, service: string): string {
  const dot = host.indexOf('.');
  return dot < 0 ? service : `${service}${host.slice(dot)}`;
}
