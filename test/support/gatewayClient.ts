import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a client of a route has got. */
export interface Answered {
  status: number;
  /** Of the pod that has answered; undefined where none has. */
  version: string | undefined;
  /** `namespace/name` of that pod. */
  pod: string | undefined;
  body: string;
}

/** Real HTTP requests to the embedded cluster's traffic gateway, as clients of its hosts send them. */
export class GatewayClient {
  readonly #url: string;
  /** Fewer than a server lets wait: what is beyond would be tried again seconds later. */
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 50 });

  /** @param url `EmbeddedCluster.gatewayUrl` */
  constructor(url: string) {
    this.#url = url;
  }

  ask(host: string, path = '/version', headers: Record<string, string> = {}): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const options = { agent: this.#connections, headers: { host, ...headers } };
      const request = httpRequest(new URL(path, this.#url), options, (response) => {
        const version = response.headers['x-coxswain-version']?.toString();
        const pod = response.headers['x-coxswain-pod']?.toString();
        const done = (body: string) => resolve({ status: response.statusCode ?? 0, version, pod, body });
        text(response).then(done, reject);
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        // The gateway may close an idle connection in the moment in which it is used again.
        if (request.reusedSocket && error.code === 'ECONNRESET')
          this.ask(host, path, headers).then(resolve, reject);
        else reject(error);
      });
      request.end();
    });
  }

  /** How many of so many requests each version has answered; those that no pod has stand under `none`. */
  async count(
    host: string,
    requests: number,
    headers: Record<string, string> = {},
  ): Promise<Map<string, number>> {
    const answers = await Promise.all(
      Array.from({ length: requests }, () => this.ask(host, '/version', headers)),
    );
    const counts = new Map<string, number>();
    for (const { version = 'none' } of answers) counts.set(version, (counts.get(version) ?? 0) + 1);
    return counts;
  }

  close(): void {
    this.#connections.destroy();
  }
}
