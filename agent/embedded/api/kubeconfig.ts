import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { ClockMapping } from '../../clock';

export interface KubeconfigOptions {
  /** Of context, cluster and user alike. */
  name: string;
  /** `https://…` */
  url: string;
  caPem: string;
  token: string;
  /** How the cluster's time runs; clients that do not know the extension take it for wall time. */
  clock: ClockMapping;
  /** Where its apps run, which an agent may act on where nothing else is said; the first is the context's default. */
  namespaces: readonly [string, ...string[]];
}

/** Writes a kubeconfig that only its owner can read. A reader never sees half of it. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, stringify(kubeconfig(options)), { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function kubeconfig({ name, url, caPem, token, clock, namespaces }: KubeconfigOptions) {
  const { originMs, wallOriginMs, rate } = clock;
  const context = {
    cluster: name,
    user: name,
    namespace: namespaces[0],
    extensions: [{ name: 'coxswain.dev/namespaces', extension: { namespaces } }],
  };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: url,
          'certificate-authority-data': Buffer.from(caPem).toString('base64'),
          extensions: [{ name: 'coxswain.dev/clock', extension: { originMs, wallOriginMs, rate } }],
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context }],
    'current-context': name,
  };
}
