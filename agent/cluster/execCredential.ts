import { spawn } from 'node:child_process';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node';
import * as z from 'zod';
import { CoxswainError } from '../protocol';
import type { ResolvedContext } from './kubeconfig';
import type { ExecConfig } from './kubeconfigFile';

/** Long enough for a plugin that opens a browser for a login. */
const PLUGIN_TIMEOUT_MS = 120_000;
const MAX_OUTPUT_CHARACTERS = 1_000_000;

const ExecCredential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});
type Credential = z.infer<typeof ExecCredential>['status'];

/** Stands in for the `exec` user in the KubeConfig, so that this authenticator and not the library's is asked. */
export const EXEC_PROVIDER = 'coxswain-exec';

/**
 * Runs a kubeconfig's credential plugin (client.authentication.k8s.io). In place of the library's, which starts the
 * plugin once for each concurrent request, waits for ever, and does not pass KUBERNETES_EXEC_INFO.
 */
export class ExecAuthenticator {
  readonly #exec: ExecConfig;
  readonly #context: ResolvedContext;
  #credential: Promise<Credential> | null = null;
  #expiresAtMs = Number.POSITIVE_INFINITY;

  constructor(exec: ExecConfig, context: ResolvedContext) {
    this.#exec = exec;
    this.#context = context;
  }

  isAuthProvider(user: User): boolean {
    return user.authProvider?.name === EXEC_PROVIDER;
  }

  async applyAuthentication(_user: User, options: RequestOptions): Promise<void> {
    const credential = await this.#current();
    if (credential.clientCertificateData) options.cert = credential.clientCertificateData;
    if (credential.clientKeyData) options.key = credential.clientKeyData;
    if (credential.token) {
      options.headers = {
        ...(options.headers as OutgoingHttpHeaders),
        Authorization: `Bearer ${credential.token}`,
      };
    }
  }

  /** Next time the plugin is run again. */
  forget(): void {
    this.#credential = null;
  }

  #current(): Promise<Credential> {
    // A credential's expiry is in real time, whatever the cluster's clock says.
    if (this.#credential && Date.now() < this.#expiresAtMs) return this.#credential;
    this.#expiresAtMs = Number.POSITIVE_INFINITY;
    const running = this.#run();
    this.#credential = running;
    running.then(
      (credential) => {
        if (this.#credential === running) this.#expiresAtMs = expiryOf(credential);
      },
      () => {
        if (this.#credential === running) this.#credential = null;
      },
    );
    return running;
  }

  async #run(): Promise<Credential> {
    const output = await runPlugin(this.#exec, this.#context).catch((error: Error) => {
      throw pluginFailed(this.#exec, this.#context, error.message);
    });
    const parsed = ExecCredential.safeParse(parseJson(output));
    if (parsed.success) return parsed.data.status;
    throw pluginFailed(this.#exec, this.#context, 'printed something that is not an ExecCredential');
  }
}

function runPlugin(exec: ExecConfig, context: ResolvedContext): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args ?? [], {
      env: {
        ...process.env,
        ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
        KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, context)),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: PLUGIN_TIMEOUT_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MAX_OUTPUT_CHARACTERS) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-500);
    });
    child.on('error', (error) =>
      reject('code' in error && error.code === 'ENOENT' ? new Error('was not found') : error),
    );
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const end = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
      reject(new Error(`${end}${stderr.trim() ? `: ${redact(stderr.trim())}` : ''}`));
    });
  });
}

function execInfo(exec: ExecConfig, { cluster: { cluster } }: ResolvedContext): unknown {
  const info = {
    server: cluster.server,
    'certificate-authority-data': cluster['certificate-authority-data'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'tls-server-name': cluster['tls-server-name'],
    config: cluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension,
  };
  const spec = { interactive: false, ...(exec.provideClusterInfo ? { cluster: info } : {}) };
  return { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec };
}

function pluginFailed(exec: ExecConfig, context: ResolvedContext, problem: string): CoxswainError {
  return new CoxswainError(
    'credentials-expired',
    `The credential plugin ${exec.command} of context ${context.name} ${problem}.`,
    exec.installHint?.trim() || `Log in again, for example by \`kubectl --context ${context.name} version\`.`,
  );
}

/** Plugins sometimes print what they got. Takes out whatever looks like a token. */
function redact(text: string): string {
  return text
    .replace(/\b(bearer|token|password|secret)(["']?\s*[:=]?\s*)\S+/gi, '$1$2…')
    .replace(/[\w+/=.-]{40,}/g, '…');
}

function expiryOf({ expirationTimestamp }: Credential): number {
  const expiresAtMs = expirationTimestamp ? Date.parse(expirationTimestamp) : Number.NaN;
  return Number.isNaN(expiresAtMs) ? Number.POSITIVE_INFINITY : expiresAtMs;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
