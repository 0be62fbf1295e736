import { isIP } from 'node:net';

/** Whether only programs of this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Whether a request was meant for us, by its Host header. A page whose own name was made to resolve to this machine
 * (DNS rebinding) sends that name. On loopback only loopback's names will do, with any port: VS Code forwards ours to
 * another. Beyond it also addresses, which cannot be rebound, and names that nobody outside of the cluster can own.
 *
 * @param host as the header has it, with or without a port
 * @param listeningOn the address that the service listens on
 */
export function isOwnHost(host: string | undefined, listeningOn: string): boolean {
  const name = hostName(host ?? '');
  if (name === null) return false;
  if (isLoopback(name)) return true;
  if (isLoopback(listeningOn)) return false;
  return isIP(name) !== 0 || name === listeningOn || isClusterName(name);
}

/** Without its port and brackets; null where it is none. */
function hostName(host: string): string | null {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

/** `coxswain`, `coxswain.ops`, `coxswain.ops.svc` or `coxswain.ops.svc.cluster.local`, as a Service is called. */
function isClusterName(name: string): boolean {
  return !name.includes('.') || /\.svc(\.cluster\.local)?$/.test(name);
}
