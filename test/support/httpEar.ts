import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Heard {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

type Answer = (heard: Heard, response: ServerResponse) => void;

/** A real HTTP server that keeps what it hears, and answers as a test says; 200 where it says nothing. */
export class HttpEar {
  readonly heard: Heard[] = [];
  answer: Answer = (_, response) => response.writeHead(200).end();
  readonly #server: Server;

  static async open(): Promise<HttpEar> {
    const ear = new HttpEar();
    await new Promise<void>((resolve) => ear.#server.listen(0, '127.0.0.1', resolve));
    return ear;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const { method = '', url: path = '', headers } = request;
      const heard = { method, path, headers, body: await text(request) };
      this.heard.push(heard);
      this.answer(heard, response);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The bodies as JSON. */
  get told(): unknown[] {
    return this.heard.map(({ body }) => JSON.parse(body));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
