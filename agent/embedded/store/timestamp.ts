/** Time as Kubernetes writes it in most fields: RFC 3339 with whole seconds. */
export function rfc3339(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** `MicroTime`, as in `eventTime` of Events and in Leases. */
export function rfc3339Micro(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}000Z`;
}
