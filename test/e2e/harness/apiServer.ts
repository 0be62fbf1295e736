import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import * as z from 'zod';

/** What is used of the kubeconfig that the embedded cluster writes. */
const Kubeconfig = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ 'certificate-authority-data': z.string() }) })]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

export interface Cluster {
  url: string;
  kubeconfigPath: string;
}

export interface Answer {
  status: number;
  text: string;
}

/** As somebody else than Coxswain would make an object. */
export async function createObject(cluster: Cluster, path: string, object: unknown): Promise<void> {
  await send(cluster, 'POST', path, JSON.stringify(object));
}

export async function deleteObject(cluster: Cluster, path: string): Promise<void> {
  await send(cluster, 'DELETE', path, '');
}

/** An object as anybody with kubectl sees it. */
export async function readObject<T>(cluster: Cluster, path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await send(cluster, 'GET', path, '')));
}

/** Asks the API server, or through its proxy a Service. */
export async function askCluster(
  { url, kubeconfigPath }: Cluster,
  method: string,
  path: string,
  body: string,
  contentType = 'application/json',
): Promise<Answer> {
  const { clusters, users } = Kubeconfig.parse(parse(await readFile(kubeconfigPath, 'utf8')));
  const agent = new Agent({ ca: Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64') });
  const headers = { Authorization: `Bearer ${users[0].user.token}`, 'Content-Type': contentType };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const sent = request(new URL(path, url), { method, headers, agent }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  } finally {
    agent.destroy();
  }
}

async function send(cluster: Cluster, method: string, path: string, body: string): Promise<string> {
  const { status, text } = await askCluster(cluster, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
  return text;
}
