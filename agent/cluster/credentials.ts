import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { type DispatcherOptions, KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import { CoxswainError, isCoxswainError } from '../protocol';
import { EXEC_PROVIDER, ExecAuthenticator } from './execCredential';
import type { ResolvedContext } from './kubeconfig';

type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername' | 'secureContext'
>;

/** What one request needs of the kubeconfig: who we are, and how to reach the server. */
export interface RequestCredentials {
  headers: Readonly<Record<string, string>>;
  dispatcher: Dispatcher;
}

/**
 * The credentials of one connection. Each connection has a KubeConfig of its own that knows only this context:
 * the library caches credentials by user name, so contexts that share a name would share credentials.
 */
export class Credentials {
  readonly #reread: () => ResolvedContext;
  #context: ResolvedContext;
  #config: KubeConfig;
  #exec: ExecAuthenticator | null;
  #dispatcher: { key: string; value: Dispatcher } | null = null;

  /** @param reread the same context as the kubeconfig has it now; may throw */
  constructor(context: ResolvedContext, reread: () => ResolvedContext) {
    this.#reread = reread;
    this.#context = context;
    this.#exec = execOf(context);
    this.#config = narrowed(context, this.#exec);
  }

  /** Throws `credentials-expired` where they cannot be had, `kubeconfig-invalid` where the files are no good. */
  async get(): Promise<RequestCredentials> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
      return { headers: headersOf(options), dispatcher: this.#dispatcherFor(options) };
    } catch (error) {
      throw isCoxswainError(error) ? error : this.#unusable(error);
    }
  }

  /** After a 401: reads the kubeconfig and its files again, and runs the plugin again. */
  renew(): void {
    this.#exec?.forget();
    const now = this.#contextNow();
    if (!isDeepStrictEqual(now.user, this.#context.user)) this.#exec = execOf(now);
    this.#context = now;
    this.#config = narrowed(now, this.#exec);
  }

  async close(): Promise<void> {
    await this.#dispatcher?.value.destroy();
  }

  /** Somebody may have logged in again since. The same name for another address is another cluster. */
  #contextNow(): ResolvedContext {
    try {
      const now = this.#reread();
      return isDeepStrictEqual(now.cluster, this.#context.cluster) ? now : this.#context;
    } catch {
      // It is gone, or is being written.
      return this.#context;
    }
  }

  /** One dispatcher for as long as the certificates stay the same, so that connections are reused. */
  #dispatcherFor(options: RequestOptions): Dispatcher {
    const tls = tlsOf(options);
    const key = JSON.stringify([String(tls.ca), String(tls.cert), String(tls.key)]);
    if (this.#dispatcher?.key === key) return this.#dispatcher.value;
    const road = this.#config.createDispatcherOptions(this.#config.getCurrentCluster(), tls);
    // Else each connection would make its own, of some hundred KB.
    const value = createDispatcher(road, { ...tls, secureContext: createSecureContext(tls) });
    // What still runs on the old one, such as a watch, ends by itself.
    this.#dispatcher?.value.close().catch(() => {});
    this.#dispatcher = { key, value };
    return value;
  }

  #unusable(error: unknown): CoxswainError {
    const problem = error instanceof Error ? error.message : String(error);
    if (/HTTP protocol is not allowed/.test(problem)) {
      return new CoxswainError(
        'kubeconfig-invalid',
        `The server of context ${this.#context.name} has an http:// address, which would show credentials to the network.`,
        'Use https://, or set `insecure-skip-tls-verify: true` on the cluster to allow it.',
      );
    }
    return new CoxswainError(
      'credentials-expired',
      `No credentials for context ${this.#context.name}: ${problem}`,
      `Log in again, for example by \`kubectl --context ${this.#context.name} version\`.`,
    );
  }
}

function execOf(context: ResolvedContext): ExecAuthenticator | null {
  const { exec } = context.user.user;
  return exec ? new ExecAuthenticator(exec, context) : null;
}

/** A KubeConfig with this one context, certificates inlined so that they are not read for each request. */
function narrowed(context: ResolvedContext, exec: ExecAuthenticator | null): KubeConfig {
  const { cluster, user, name } = context;
  const config = new KubeConfig();
  if (exec) config.addAuthenticator(exec);
  const entry = {
    clusters: [{ name: cluster.name, cluster: inlined(cluster.cluster, ['certificate-authority'], context) }],
    users: [{ name: user.name, user: userEntry(context) }],
    contexts: [{ name, context: { cluster: cluster.name, user: user.name } }],
    'current-context': name,
  };
  config.loadFromString(JSON.stringify(entry));
  return config;
}

function userEntry(context: ResolvedContext): Record<string, unknown> {
  const { exec, tokenFile, ...user } = context.user.user;
  const certificates = inlined(user, ['client-certificate', 'client-key'], context);
  if (exec) return { ...certificates, 'auth-provider': { name: EXEC_PROVIDER, config: {} } };
  if (tokenFile && !user.token) {
    return { ...certificates, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  }
  return certificates;
}

function inlined(
  entry: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  context: ResolvedContext,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...entry };
  for (const key of keys) {
    const path = entry[key];
    delete result[key];
    if (typeof path === 'string' && path !== '') result[`${key}-data`] ??= readBase64(path, key, context);
  }
  return result;
}

function readBase64(path: string, key: string, context: ResolvedContext): string {
  try {
    return readFileSync(path).toString('base64');
  } catch (error) {
    throw new CoxswainError(
      'kubeconfig-invalid',
      `${context.source}: cannot read the ${key} of context ${context.name}: ${error instanceof Error ? error.message : String(error)}`,
      'Restore the file, or correct its path in the kubeconfig.',
    );
  }
}

/** The library says which road to take (and refuses plain http); the TLS options go along unchanged. */
function createDispatcher(road: DispatcherOptions, tls: TlsOptions): Dispatcher {
  // A watch holds its connection, so HTTP/1.1 with one connection each is the predictable choice.
  const allowH2 = false;
  switch (road.type) {
    case 'none':
    case 'agent':
      return new Agent({ allowH2, connect: { ...tls, keepAliveInitialDelay: 30_000 } });
    case 'proxy':
      return new ProxyAgent({ allowH2, uri: road.uri, requestTls: tls });
    case 'socks':
      return new Socks5ProxyAgent(road.uri.replace(/^socks5h:/, 'socks5:'), { allowH2, requestTls: tls });
  }
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) result[name] = String(value);
  if (auth) result.Authorization = `Basic ${Buffer.from(auth).toString('base64')}`;
  return result;
}

function tlsOf({ ca, cert, key, rejectUnauthorized, servername }: RequestOptions): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
}
