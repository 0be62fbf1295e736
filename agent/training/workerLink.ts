import { Worker } from 'node:worker_threads';

/** A worker thread has ended without an answer: it was killed, ran out of memory, or threw outside of its work. */
export class WorkerDeath extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(why, options);
    this.name = 'WorkerDeath';
  }
}

export interface WorkerLinkOptions {
  file: string;
  /** For people who look at threads. */
  name: string;
  task: unknown;
}

/** A worker thread that answers each message with one. */
export class WorkerLink<Reply> {
  readonly #worker: Worker;
  #death: WorkerDeath | null = null;
  #waiting: PromiseWithResolvers<Reply> | null = null;
  /** Answers that came before anybody waited. */
  readonly #early: Reply[] = [];

  constructor({ file, name, task }: WorkerLinkOptions) {
    // stdout is the agent's protocol; what an env prints is a log.
    this.#worker = new Worker(file, { name, workerData: task, stdout: true });
    this.#worker.stdout.on('data', (text) => process.stderr.write(text));
    this.#worker.on('message', (reply: Reply) => this.#hear(reply));
    this.#worker.on('error', (error) => this.#die(`it ended with an error: ${error.message}`, error));
    this.#worker.on('messageerror', (error) => this.#die('its answer cannot be read', error));
    this.#worker.on('exit', (code) => this.#die(`it ended with exit code ${code}`));
  }

  send(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** The next answer. @throws WorkerDeath */
  async receive(): Promise<Reply> {
    const early = this.#early.shift();
    if (early !== undefined) return early;
    if (this.#death) throw this.#death;
    this.#waiting = Promise.withResolvers<Reply>();
    return this.#waiting.promise;
  }

  /** Resolves when the thread has ended. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(reply: Reply): void {
    if (this.#waiting) this.#waiting.resolve(reply);
    else this.#early.push(reply);
    this.#waiting = null;
  }

  /** The first reason is the one that is told: every end has an exit code. */
  #die(why: string, cause?: unknown): void {
    this.#death ??= new WorkerDeath(why, { cause });
    this.#waiting?.reject(this.#death);
    this.#waiting = null;
  }
}
