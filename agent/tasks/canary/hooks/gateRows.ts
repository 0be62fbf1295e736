import type { JournalEvent } from '../../../protocol';
import type { GateCall } from './gateServer';

type Row = Extract<JournalEvent, { kind: 'release' }>;

/** Whoever can reach the gate can name Canaries; of so many it is remembered what was told last. */
const REMEMBERED = 1000;

/** The calls of the gate that are worth a row: Flagger asks in every interval, and mostly hears what it has heard. */
export class GateRows {
  /** By release and kind of webhook, oldest first. */
  readonly #last = new Map<string, string>();

  /** @returns null for what was told before: the same but for its figures, of the same revision */
  rowOf({ kind, release, decision }: GateCall): Row | null {
    const { namespace, name, phase, checksum } = release;
    const answer =
      decision === null ? `told of ${phase || kind}` : `${decision.open ? 'yes' : 'no'}, ${decision.reason}`;
    const isNews = this.#isNews(
      `${namespace}/${name} ${kind}`,
      `${checksum} ${answer.replaceAll(/[\d.,]+/g, '')}`,
    );
    if (!isNews) return null;
    return {
      kind: 'release',
      workloadId: `${namespace}/Canary/${name}`,
      what: 'hook',
      text: `${kind}: ${answer}`,
      weight: null,
      by: 'Flagger',
    };
  }

  #isNews(key: string, told: string): boolean {
    if (this.#last.get(key) === told) return false;
    this.#last.delete(key);
    this.#last.set(key, told);
    const [oldest] = this.#last.keys();
    if (this.#last.size > REMEMBERED && oldest !== undefined) this.#last.delete(oldest);
    return true;
  }
}
