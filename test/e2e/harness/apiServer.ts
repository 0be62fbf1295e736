import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import * as z from 'zod';

/** What is used of the kubeconfig that the embedded cluster writes. */
const Kubeconfig = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ 'certificate-authority-data': z.string() }) })]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

interface Cluster {
  url: string;
  kubeconfigPath: string;
}

/** As somebody else than Coxswain would make an object. */
export function createObject(cluster: Cluster, path: string, object: unknown): Promise<void> {
  return send(cluster, 'POST', path, JSON.stringify(object));
}

export function deleteObject(cluster: Cluster, path: string): Promise<void> {
  return send(cluster, 'DELETE', path, '');
}

async function send(
  { url, kubeconfigPath }: Cluster,
  method: string,
  path: string,
  body: string,
): Promise<void> {
  const { clusters, users } = Kubeconfig.parse(parse(await readFile(kubeconfigPath, 'utf8')));
  const agent = new Agent({ ca: Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64') });
  const headers = { Authorization: `Bearer ${users[0].user.token}`, 'Content-Type': 'application/json' };
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers, agent }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject);
    sent.end(body);
  });
  agent.destroy();
  if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
}
