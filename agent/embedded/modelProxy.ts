import { STATUS_CODES } from 'node:http';
import type { Clock } from '../clock';
import type { PodProxyRequest } from './api/podProxy';
import type { ProxyAnswer, ProxyRequest } from './api/serviceProxy';
import type { HttpOutcome } from './runtime/nodes/podHttp';
import type { Runtime } from './runtime/runtime';
import { StatusError } from './store/statusError';

/** Nobody is kept waiting for longer, in cluster time. */
const LONGEST_WAIT_MS = 5000;

/** Lets clients talk to the modelled pods: what they answer, when they would. */
export class ModelProxy {
  readonly #runtime: Runtime;
  readonly #clock: Clock;

  constructor(runtime: Runtime, clock: Clock) {
    this.#runtime = runtime;
    this.#clock = clock;
  }

  /** Throws StatusError 503 where nothing comes back. */
  async askPod({ namespace, pod, port, path }: PodProxyRequest): Promise<ProxyAnswer> {
    const asked = this.#runtime.requestPod(namespace, pod, port, path);
    if (!asked) throw unreachable('no such host');
    return this.#answer(asked.address, asked.outcome);
  }

  /** Asks one of the Service's ready pods; undefined where it has none. */
  async askService({
    namespace,
    service,
    port,
    path,
    method,
  }: ProxyRequest): Promise<ProxyAnswer | undefined> {
    const asked = this.#runtime.requestService(namespace, service, port, path);
    if (!asked) return undefined;
    if (method !== 'GET') throw new StatusError(405, 'MethodNotAllowed', 'the modelled pods answer GET only');
    return this.#answer(asked.address, asked.outcome);
  }

  async #answer(address: string, outcome: HttpOutcome): Promise<ProxyAnswer> {
    switch (outcome.kind) {
      case 'refused':
        throw unreachable(`dial tcp ${address}: connect: connection refused`);
      case 'reset':
        await this.#wait(outcome.afterSeconds);
        throw unreachable('EOF');
      case 'lost':
        await this.#wait(LONGEST_WAIT_MS / 1000);
        throw unreachable(`dial tcp ${address}: i/o timeout`);
      case 'answered': {
        await this.#wait(outcome.latencySeconds);
        const { status } = outcome;
        return {
          status,
          contentType: 'text/plain; charset=utf-8',
          body: `${STATUS_CODES[status] ?? status}\n`,
        };
      }
    }
  }

  #wait(seconds: number): Promise<void> {
    const delayMs = Math.min(LONGEST_WAIT_MS, seconds * 1000);
    return new Promise((resolve) => {
      this.#clock.schedule(delayMs, resolve);
    });
  }
}

function unreachable(why: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', `error trying to reach service: ${why}`);
}
