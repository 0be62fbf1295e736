import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
// Of the protocol only what a keeper needs: all of it would be half of its memory.
import { toErrorInfo } from '../../protocol/errors';
import type { ResourceAddress } from '../change';
import { addressText, type KeeperAnswer, KeeperOrder } from './messages';

export interface KeeperProcessPorts {
  /** What the agent says. Its end without a goodbye is the agent's death. */
  orders: Readable;
  answer(answer: KeeperAnswer): void;
  /** Throws where nothing could be handed back later, for example without a kubeconfig. */
  prepare(): void;
  handBack(held: readonly ResourceAddress[]): Promise<void>;
  log(text: string): void;
}

/** Waits for the agent's end, whichever it is, and does what is left to do. Never throws. */
export async function keep(ports: KeeperProcessPorts): Promise<void> {
  const held = new Map<string, ResourceAddress>();
  for await (const line of createInterface(ports.orders)) {
    const order = parsed(line);
    if (order === null) ports.log(`an order that is none: ${line.slice(0, 200)}`);
    else if ('goodbye' in order) return;
    else if ('release' in order) held.delete(addressText(order.release));
    else hold(order.hold, held, ports);
  }
  if (held.size === 0) return;
  ports.log(`the agent is gone, with ${held.size} autoscalers taken over`);
  await ports.handBack([...held.values()]).catch((error: unknown) => ports.log(toErrorInfo(error).message));
}

function hold(
  address: ResourceAddress,
  held: Map<string, ResourceAddress>,
  { prepare, answer }: KeeperProcessPorts,
): void {
  try {
    prepare();
  } catch (error) {
    answer({ refused: address, why: toErrorInfo(error).message });
    return;
  }
  held.set(addressText(address), address);
  answer({ held: address });
}

function parsed(line: string): KeeperOrder | null {
  try {
    return KeeperOrder.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
