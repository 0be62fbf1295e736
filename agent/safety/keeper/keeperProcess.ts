import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
// Of the protocol only what a keeper needs: all of it would be half of its memory.
import { toErrorInfo } from '../../protocol/errors';
import { type Charge, chargeKey } from './charge';
import { type KeeperAnswer, KeeperOrder } from './messages';

/** `hung`: its process is still there, and has the journal, but has given no sign of life for long. */
export type AgentEnd = 'dead' | 'hung';

/** So many beats in a row that do not come, two minutes: the agent hangs. */
const MOST_MISSED_BEATS = 8;

export interface KeeperProcessPorts {
  /** What the agent says. Its end without a goodbye is the agent's death. */
  orders: Readable;
  answer(answer: KeeperAnswer): void;
  /** Throws where nothing could be put right later, for example without a kubeconfig. */
  prepare(): void;
  putRight(held: readonly Charge[], end: AgentEnd): Promise<void>;
  /**
   * Calls back each `ms` of wall time that this process runs, with nothing to make up for after a sleep of the machine;
   * returns what ends it.
   */
  every(ms: number, tick: () => void): () => void;
  log(text: string): void;
}

/** Waits for the agent's end, whichever it is, and does what is left to do. Never throws. */
export async function keep(ports: KeeperProcessPorts): Promise<void> {
  const held = new Map<string, Charge>();
  const lines = createInterface(ports.orders);
  const pulse = new Pulse(
    ports.every,
    () => held.size > 0,
    () => lines.close(),
  );
  try {
    for await (const line of lines) {
      const order = parsed(line);
      if (order === null) ports.log(`an order that is none: ${line.slice(0, 200)}`);
      else if ('goodbye' in order) return;
      else if ('release' in order) held.delete(order.release);
      else if ('hold' in order) hold(order.hold, held, ports);
      pulse.felt(order !== null && 'beat' in order ? order.beat : null);
    }
  } finally {
    pulse.end();
  }
  if (held.size === 0) return;
  const what = pulse.hasStopped ? 'hangs' : 'is gone';
  ports.log(`the agent ${what}, and has left ${held.size}: ${[...held.keys()].join(', ')}`);
  await ports
    .putRight([...held.values()], pulse.hasStopped ? 'hung' : 'dead')
    .catch((error: unknown) => ports.log(toErrorInfo(error).message));
}

/** Counts the beats that an agent misses while something is held. */
class Pulse {
  readonly #every: KeeperProcessPorts['every'];
  readonly #isAwaited: () => boolean;
  readonly #onStop: () => void;
  #everyMs: number | null = null;
  #cancel: () => void = () => undefined;
  #missed = 0;

  constructor(every: KeeperProcessPorts['every'], isAwaited: () => boolean, onStop: () => void) {
    this.#every = every;
    this.#isAwaited = isAwaited;
    this.#onStop = onStop;
  }

  get hasStopped(): boolean {
    return this.#missed >= MOST_MISSED_BEATS;
  }

  /** @param beatMs when the next is due; null for a line that does not say so */
  felt(beatMs: number | null): void {
    if (this.hasStopped) return;
    this.#missed = 0;
    if (beatMs === null || beatMs === this.#everyMs) return;
    this.#cancel();
    this.#everyMs = beatMs;
    this.#cancel = this.#every(beatMs, () => this.#tick());
  }

  end(): void {
    this.#cancel();
  }

  #tick(): void {
    this.#missed = this.#isAwaited() ? this.#missed + 1 : 0;
    if (this.hasStopped) this.#onStop();
  }
}

function hold(charge: Charge, held: Map<string, Charge>, { prepare, answer }: KeeperProcessPorts): void {
  const key = chargeKey(charge);
  try {
    prepare();
  } catch (error) {
    answer({ refused: key, why: toErrorInfo(error).message });
    return;
  }
  held.set(key, charge);
  answer({ held: key });
}

function parsed(line: string): KeeperOrder | null {
  try {
    return KeeperOrder.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
