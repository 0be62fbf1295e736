import { CoxswainError } from '../../protocol';
import type { EnvSpec } from '../../rl/algorithms/collector';
import { actionSize, type Env } from '../../rl/env/env';
import { createVectorEnv } from '../../rl/env/syncVectorEnv';
import type { VectorEnv } from '../../rl/env/vectorEnv';
import { NumericError } from '../../rl/numericError';
import { createEnv } from '../environments';
import {
  BRIDGE_PROTOCOL,
  BRIDGE_VERSION,
  ClientHello,
  HEADER_BYTES,
  observationsFrame,
  REQUEST,
  serverHello,
  transitionsFrame,
} from './messages';

export interface BridgeOptions {
  env: EnvSpec;
  envs: number;
  seed: number;
}

/** A trainer says no more than this before the first line break. */
const MAX_HELLO_BYTES = 4096;

/**
 * Envs that a trainer in another process resets and steps. Bytes come in as they arrive, in any pieces, and answers
 * go out in the order of the requests; there is no other I/O here.
 */
export class BridgeSession {
  readonly #options: BridgeOptions;
  readonly #envs: readonly Env[];
  #vector: VectorEnv;
  readonly #actions: Float32Array;
  #received: Buffer = Buffer.alloc(0);
  #state: 'greeting' | 'serving' | 'closed' = 'greeting';

  /** @throws CoxswainError `config-invalid` */
  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#envs = Array.from({ length: options.envs }, () => createEnv(options.env));
    this.#vector = this.#begin(options.seed);
    this.#actions = new Float32Array(options.envs * actionSize(this.#vector.actionSpace));
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** To be sent before anything is received. */
  hello(): string {
    return serverHello(this.#options.env, this.#options.seed, this.#vector);
  }

  /**
   * Takes what has arrived and yields the answers. What follows a close is ignored.
   *
   * @throws CoxswainError where the session cannot go on; to be sent as an error frame
   */
  *receive(chunk: Buffer): Generator<Buffer> {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#state === 'greeting') this.#greet();
    while (this.#state === 'serving') {
      const request = this.#takeRequest();
      if (request === null) return;
      const answer = this.#answer(request);
      if (answer !== null) yield answer;
    }
  }

  /** Nothing more will arrive. @throws CoxswainError in the middle of a message */
  end(): void {
    if (this.#state !== 'closed' && this.#received.length > 0) {
      throw malformed(`the input ended ${this.#received.length} bytes into a message`);
    }
    this.#state = 'closed';
  }

  #greet(): void {
    const end = this.#received.indexOf('\n');
    if (end < 0 && this.#received.length <= MAX_HELLO_BYTES) return;
    const line = this.#received.toString('utf8', 0, Math.max(end, 0));
    this.#received = this.#received.subarray(end + 1);
    if (!ClientHello.safeParse(parseJson(line)).success) {
      throw malformed(`the first line is no {"protocol":"${BRIDGE_PROTOCOL}","version":${BRIDGE_VERSION}}`);
    }
    this.#state = 'serving';
  }

  /** Null until it is complete; one of the wrong kind or length is refused before its payload is there. */
  #takeRequest(): { kind: number; payload: Buffer } | null {
    if (this.#received.length < HEADER_BYTES) return null;
    const kind = this.#received.readUInt32LE(0);
    const length = this.#received.readUInt32LE(4);
    const expected = this.#payloadBytes(kind);
    if (length !== expected) throw malformed(`a frame of kind ${kind} has ${length} bytes, not ${expected}`);
    const end = HEADER_BYTES + length;
    if (this.#received.length < end) return null;
    const payload = this.#received.subarray(HEADER_BYTES, end);
    this.#received = this.#received.subarray(end);
    return { kind, payload };
  }

  #payloadBytes(kind: number): number {
    switch (kind) {
      case REQUEST.reset:
        return 4;
      case REQUEST.step:
        return 4 * this.#actions.length;
      case REQUEST.close:
        return 0;
      default:
        throw malformed(`there is no frame of kind ${kind}`);
    }
  }

  #answer({ kind, payload }: { kind: number; payload: Buffer }): Buffer | null {
    if (kind === REQUEST.close) {
      this.#state = 'closed';
      return null;
    }
    if (kind === REQUEST.reset) {
      this.#vector = this.#begin(payload.readUInt32LE(0));
      return observationsFrame(this.#vector);
    }
    for (let index = 0; index < this.#actions.length; index++) {
      this.#actions[index] = payload.readFloatLE(4 * index);
    }
    this.#step();
    return transitionsFrame(this.#vector, this.#vector.takeEpisodes());
  }

  #step(): void {
    try {
      this.#vector.step(this.#actions);
    } catch (error) {
      if (error instanceof RangeError) throw malformed(error.message);
      if (!(error instanceof NumericError)) throw error;
      throw new CoxswainError(
        'training-failed',
        error.message,
        `Run "coxswain env check --env ${this.#options.env.name}".`,
      );
    }
  }

  /** New episodes in all envs, by streams of seeds that depend on `seed` and the env's index alone. */
  #begin(seed: number): VectorEnv {
    const envs = this.#envs.values();
    return createVectorEnv(() => envs.next().value as Env, { count: this.#envs.length, seed });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function malformed(why: string): CoxswainError {
  return new CoxswainError(
    'message-malformed',
    `The trainer's message cannot be used: ${why}.`,
    'Use a client of this version; docs/env-protocol.md lists the messages.',
  );
}
