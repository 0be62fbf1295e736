import * as z from 'zod';
import { CoxswainError, type ErrorCode } from '../protocol';
import type { ApiRequest } from './api';

/** The API server answered with an error status. */
export class ApiStatusError extends CoxswainError {
  readonly status: number;
  /** The machine-readable `reason` of the Status object, for example `Expired`; null where there is none. */
  readonly reason: string | null;

  constructor(status: number, reason: string | null, code: ErrorCode, message: string, remedy: string) {
    super(code, message, remedy);
    this.name = 'ApiStatusError';
    this.status = status;
    this.reason = reason;
  }
}

/** Whether the resourceVersion or continue token is too old (410), so that a new list is needed. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 410;
}

/** Who asked whom, for messages. */
export interface Origin {
  context: string;
  server: string;
}

const Status = z.object({ message: z.string().optional(), reason: z.string().optional() });

/** The error for an answer with status ≥ 400. `body` is whatever the server, or a proxy on the way, has sent. */
export function statusError(
  origin: Origin,
  request: Pick<ApiRequest, 'method' | 'path'>,
  status: number,
  body: unknown,
): ApiStatusError {
  const parsed = Status.safeParse(body);
  const { message, reason } = parsed.success ? parsed.data : {};
  const said =
    message ??
    (typeof body === 'string' && body.trim() !== '' ? body.trim().slice(0, 200) : `HTTP ${status}`);
  const { verb, resource, where } = describeRequest(request);
  const [code, text, remedy] = meaningOf(origin, status, said, `${verb} ${resource}${where}`);
  return new ApiStatusError(status, reason ?? null, code, text, remedy);
}

function meaningOf(
  { context, server }: Origin,
  status: number,
  said: string,
  action: string,
): [ErrorCode, string, string] {
  switch (true) {
    case status === 401:
      return [
        'credentials-expired',
        `${server} does not accept the credentials of context ${context}: ${said}`,
        `Log in again, for example by \`kubectl --context ${context} version\`, then connect again.`,
      ];
    case status === 403:
      return [
        'permission-denied',
        `Context ${context} may not ${action}: ${said}`,
        'Ask for this permission (manifests/rbac.yaml lists all that Coxswain needs), or use another context.',
      ];
    case status === 404:
      return [
        'not-found',
        `Cannot ${action}: ${said}`,
        'It may have been deleted: look at the cluster again.',
      ];
    case status === 410:
      return ['conflict', `Cannot ${action}: ${said}`, 'Coxswain lists everything again by itself.'];
    // A JSON patch whose `test` fails is answered by 422: what it relied on has changed.
    case status === 409 || (status === 422 && /test(ing)? .*(failed|value)/i.test(said)):
      return [
        'conflict',
        `Cannot ${action}: ${said}`,
        'It has changed meanwhile: look at it again, then retry.',
      ];
    case status === 429 && /disruption budget/i.test(said):
      return ['conflict', `Cannot ${action}: ${said}`, 'Wait until the disruption budget allows it.'];
    case status === 429 || status >= 500:
      return [
        'api-unreachable',
        `${server} cannot ${action} now: ${said}`,
        'The API server is overloaded or starting; Coxswain tries again by itself.',
      ];
    default:
      return [
        'internal',
        `${server} refused to ${action} (HTTP ${status}): ${said}`,
        'Report this with the output of diagnose.',
      ];
  }
}

const VERBS = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

/** What a request means in the words of RBAC: `patch deployments.apps/scale of "checkout" in namespace shop`. */
export function describeRequest(request: Pick<ApiRequest, 'method' | 'path'>): {
  verb: string;
  resource: string;
  where: string;
} {
  const [path = '', query = ''] = request.path.split('?');
  const match =
    /\/(?:api|apis\/(?<group>[^/]+))\/v[^/]+(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[^/]+))?)?/.exec(
      path,
    );
  if (!match?.groups) return { verb: VERBS[request.method], resource: path, where: '' };
  const { group, namespace, plural, name, sub } = match.groups;
  const collection = /[?&]watch=/.test(`?${query}`) ? 'watch' : 'list';
  return {
    verb: request.method === 'GET' && !name ? collection : VERBS[request.method],
    resource: `${plural}${group ? `.${group}` : ''}${sub ? `/${sub}` : ''}`,
    where: `${name ? ` of "${name}"` : ''}${namespace ? ` in namespace ${namespace}` : ''}`,
  };
}

const CAUSES: Readonly<Record<string, [string, string]>> = {
  ECONNREFUSED: ['nothing listens there', 'Start the cluster, or check the address in the kubeconfig.'],
  ENOTFOUND: ['its name is not known', 'Check the address in the kubeconfig, and your network or VPN.'],
  EAI_AGAIN: ['its name cannot be looked up', 'Check your network or VPN.'],
  ECONNRESET: ['the connection was cut', 'Check your network or VPN; Coxswain tries again by itself.'],
  UND_ERR_SOCKET: ['the connection was cut', 'Check your network or VPN; Coxswain tries again by itself.'],
  ETIMEDOUT: ['it does not answer', 'Check your network or VPN, and that the cluster runs.'],
  EHOSTUNREACH: ['there is no way to it', 'Check your network or VPN.'],
  ENETUNREACH: ['there is no way to it', 'Check your network or VPN.'],
  UND_ERR_CONNECT_TIMEOUT: ['it does not answer', 'Check your network or VPN, and that the cluster runs.'],
  UND_ERR_HEADERS_TIMEOUT: ['it does not answer', 'Check your network or VPN, and that the cluster runs.'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Renew the certificate of the API server.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'Correct the address, or set `tls-server-name` in the kubeconfig.',
  ],
};

/** The error for a request that got no answer: DNS, TCP, TLS, a proxy, or a time-out. */
export function unreachable({ context, server }: Origin, error: unknown): CoxswainError {
  const code = codeOf(error);
  const [what, remedy] = CAUSES[code] ?? tlsCause(code, error);
  return new CoxswainError(
    'api-unreachable',
    `Cannot reach the API server ${server} of context ${context}: ${what}${code ? ` (${code})` : ''}.`,
    remedy,
    { cause: error },
  );
}

function tlsCause(code: string, error: unknown): [string, string] {
  if (/SELF_SIGNED|UNABLE_TO|CERT_|ERR_SSL|ERR_TLS|EPROTO/.test(code)) {
    return [
      `its certificate cannot be trusted: ${messageOf(error)}`,
      'Check `certificate-authority-data` of the cluster in the kubeconfig.',
    ];
  }
  return [
    messageOf(error),
    'Check the address in the kubeconfig, your network or VPN, and that the cluster runs.',
  ];
}

/** Fetch and sockets wrap errors: the innermost code is the one that says something. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const inner = codeOf(error instanceof AggregateError ? error.errors[0] : error.cause);
  if (inner) return inner;
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
