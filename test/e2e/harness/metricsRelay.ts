import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askCluster, type Cluster } from './apiServer';

const PROMETHEUS = '/api/v1/namespaces/monitoring/services/prometheus-server:80/proxy';

/** The embedded cluster's Prometheus at an address of its own, so that it can be lost while the cluster goes on. */
export class MetricsRelay {
  readonly #server: Server;
  #isCut = false;

  private constructor(cluster: Cluster) {
    this.#server = createServer((request, response) => {
      this.#answer(cluster, request, response).catch((error) => response.destroy(error));
    });
  }

  static async open(cluster: Cluster): Promise<MetricsRelay> {
    const relay = new MetricsRelay(cluster);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** From now on nobody gets an answer. */
  cut(): void {
    this.#isCut = true;
  }

  restore(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(cluster: Cluster, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (this.#isCut) {
      response.writeHead(503).end('cut off by the test');
      return;
    }
    const { status, text } = await askCluster(
      cluster,
      request.method ?? 'GET',
      `${PROMETHEUS}${request.url ?? '/'}`,
      Buffer.concat(chunks).toString(),
      request.headers['content-type'] ?? 'application/json',
    );
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
  }
}
