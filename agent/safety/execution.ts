import { type JournalEvent, type Proposal, type ProposalState, toErrorInfo, workloadId } from '../protocol';
import type { Entry, ProposalBook } from './approvals';
import { execute } from './executor';
import type { GateWorld } from './gateWorld';
import { judge } from './guard';
import type { Handovers } from './handovers';
import type { Judging } from './judging';
import type { Wish } from './wish';
import type { ClusterWriter } from './writer';

export interface ExecutionPorts {
  world: Pick<GateWorld, 'clock' | 'newId'>;
  book: ProposalBook;
  judging: Judging;
  handovers: Handovers;
  record(event: JournalEvent): void;
  writer(): ClusterWriter;
}

/** Carries out what the guard has allowed, and keeps the proposal's state. */
export class Execution {
  readonly #ports: ExecutionPorts;

  constructor(ports: ExecutionPorts) {
    this.#ports = ports;
  }

  /**
   * From here on the proposal is decided. Nothing is awaited between this and the record of the intent, but where a
   * keeper has to know of it first.
   *
   * @param person who approved it; null in mode auto.
   */
  async run(entry: Entry<Wish>, person: string | null): Promise<Proposal> {
    const { world, book } = this.#ports;
    const by = person ?? 'auto';
    const transactionId = world.newId();
    const executing = book.setState(
      { ...entry, transactionId },
      { kind: 'executing', atMs: world.clock.nowMs(), by },
    );
    const why = await this.#carryOut(executing, transactionId, person).catch(
      (error: unknown) => toErrorInfo(error).message,
    );
    const atMs = world.clock.nowMs();
    const state: ProposalState = why === null ? { kind: 'acted', atMs, by } : { kind: 'failed', atMs, why };
    return book.setState(executing, state).proposal;
  }

  /** @returns why it was not done; null where it was */
  async #carryOut(entry: Entry<Wish>, transactionId: string, person: string | null): Promise<string | null> {
    const { judging, handovers, record, writer } = this.#ports;
    const { wish, proposal } = entry;
    if (wish.action.kind === 'hand-back') {
      await handovers.handBack(workloadId(wish.workload), wish.reason, person ?? 'auto');
      return null;
    }
    const judged = (stamped: Wish) => judging.action(stamped, proposal.expiresAtMs, person);
    const write = (stamped: Wish) =>
      execute({ ...entry, wish: stamped }, transactionId, {
        writer: writer(),
        record,
        judged: () => judged(stamped),
      });
    if (handovers.isBeginning(wish)) {
      return handovers.begin(wish, person, { write, judge: (stamped) => judge(judged(stamped)) });
    }
    const end = await write(wish);
    return end.result === 'done' ? null : end.error.message;
  }
}
