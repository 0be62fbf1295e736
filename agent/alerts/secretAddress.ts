import type { AlertReceiver } from './alert';

/** Where secret addresses are kept. None of these keeps what it has read. */
export interface SecretPorts {
  /** Of the agent's process; undefined where it is not set. */
  environment(name: string): string | undefined;
  /** A value of a Kubernetes Secret, decoded; null where there is none. Rejects where it may not be read. */
  kubernetesSecret(namespace: string, name: string, key: string, signal: AbortSignal): Promise<string | null>;
  /** From the secret storage of VS Code; null without one, and where nothing is stored. */
  editorSecret(name: string, signal: AbortSignal): Promise<string | null>;
}

/** As in Flagger's AlertProvider. */
const DEFAULT_KEY = 'address';

/** The receiver without its secret, for people: `slack (environment variable SLACK_URL)`. */
export function receiverTitle({ type, url, urlFrom }: AlertReceiver): string {
  const where = url === undefined ? 'no address' : new URL(url).host;
  return `${type} (${urlFrom === undefined ? where : placeOf(urlFrom)})`;
}

/** The address that a receiver is told at. Throws Error, whose message never has the address in it. */
export async function addressOf(
  { url, urlFrom }: AlertReceiver,
  ports: SecretPorts,
  signal: AbortSignal,
): Promise<string> {
  const address = urlFrom === undefined ? url : await secretOf(urlFrom, ports, signal);
  if (address === undefined) throw new Error('it has neither url nor urlFrom');
  const trimmed = address.trim();
  if (!/^https?:\/\//.test(trimmed) || !URL.canParse(trimmed)) {
    throw new Error(
      `what ${urlFrom === undefined ? 'url' : placeOf(urlFrom)} holds is no http or https address`,
    );
  }
  return trimmed;
}

async function secretOf(urlFrom: string, ports: SecretPorts, signal: AbortSignal): Promise<string> {
  const found = await read(urlFrom, ports, signal);
  if (found === undefined || found === null || found === '')
    throw new Error(`nothing is stored in ${placeOf(urlFrom)}`);
  return found;
}

function read(urlFrom: string, ports: SecretPorts, signal: AbortSignal) {
  const { kind, rest } = partsOf(urlFrom);
  if (kind === 'env') return Promise.resolve(ports.environment(rest));
  if (kind === 'vscode') return ports.editorSecret(rest, signal);
  const [namespace = '', name = '', key = DEFAULT_KEY] = rest.split('/');
  return ports.kubernetesSecret(namespace, name, key, signal);
}

/** In words: the journal takes what follows `secret:` for one. */
function placeOf(urlFrom: string): string {
  const { kind, rest } = partsOf(urlFrom);
  if (kind === 'env') return `environment variable ${rest}`;
  return kind === 'vscode' ? `VS Code’s secret storage, ${rest}` : `Kubernetes Secret ${rest}`;
}

function partsOf(urlFrom: string): { kind: string; rest: string } {
  const colon = urlFrom.indexOf(':');
  return { kind: urlFrom.slice(0, colon), rest: urlFrom.slice(colon + 1) };
}
