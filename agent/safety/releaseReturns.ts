import { sleep } from '../clock';
import {
  CoxswainError,
  type ErrorInfo,
  type JournalEvent,
  type ReleaseOperation,
  toErrorInfo,
  type Verdict,
  type WorkloadRef,
  workloadId,
} from '../protocol';
import type { ReversibleChange } from './change';
import { Deadline } from './deadline';
import type { GateWorld } from './gateWorld';
import type { ReleaseReturn, ReleasesReturned } from './releaseReturn';
import { intentOf, resultOf } from './transaction';
import { type ClusterWriter, isRefusal } from './writer';

export interface ReleaseReturnsPorts {
  world: GateWorld;
  record(event: JournalEvent): void;
  writer(): ClusterWriter;
  judge(release: WorkloadRef, operation: ReleaseOperation, change: ReversibleChange): Verdict;
}

/** So that an emergency stop is over within two seconds, whatever the API server does; ms of wall time. */
const TOTAL_MS = 1500;
/** So often it is looked at anew where somebody has changed it meanwhile. */
const LOOKS = 3;
/** The watches mostly show what was written within milliseconds; ms of wall time. */
const LOOK_MS = 50;

type Returned = { text: string } | { error: ErrorInfo };

/** Gives the stable versions their traffic back in an emergency: at once, without a dry run, before the journal. */
export class ReleaseReturns {
  readonly #ports: ReleaseReturnsPorts;
  /** By release: whoever else wants the same waits for the same end. */
  readonly #returning = new Map<string, Promise<Returned>>();

  constructor(ports: ReleaseReturnsPorts) {
    this.#ports = ports;
  }

  /** Never throws: it reports. What is to be sent is on its way when it returns. */
  returnAll(why: string, by: string): Promise<ReleasesReturned> {
    return this.#returnEach(listed(this.#ports.world), why, by);
  }

  /** The same of one alone. */
  returnOne(ref: WorkloadRef, why: string, by: string): Promise<ReleasesReturned> {
    const wanted = listed(this.#ports.world).filter(({ release }) => workloadId(release) === workloadId(ref));
    return this.#returnEach(wanted, why, by);
  }

  async #returnEach(wanted: readonly ReleaseReturn[], why: string, by: string): Promise<ReleasesReturned> {
    const rows: JournalEvent[] = [];
    const deadline = new Deadline(TOTAL_MS, this.#ports.world.monotonicMs);
    const ends = await Promise.all(
      wanted.map((each) => this.#return(each, `${why}, by ${by}`, deadline, rows)),
    );
    for (const row of rows) this.#tryToRecord(row);
    return {
      done: ends.flatMap((end) => ('text' in end ? [end.text] : [])),
      failed: ends.flatMap((end) => ('error' in end ? [end.error] : [])),
    };
  }

  #return(wanted: ReleaseReturn, why: string, deadline: Deadline, rows: JournalEvent[]): Promise<Returned> {
    const id = workloadId(wanted.release);
    const known = this.#returning.get(id);
    if (known) return known;
    const returning = this.#returnNow(wanted, why, deadline, rows).finally(() => this.#returning.delete(id));
    this.#returning.set(id, returning);
    return returning;
  }

  async #returnNow(
    wanted: ReleaseReturn,
    why: string,
    deadline: Deadline,
    rows: JournalEvent[],
  ): Promise<Returned> {
    const { namespace, name } = wanted.release;
    let current: ReleaseReturn | null = wanted;
    for (let look = 1; current !== null; look += 1) {
      try {
        await this.#sendAll(current, why, deadline, rows);
        return { text: `${namespace}/${name}` };
      } catch (error) {
        const isChanged = isRefusal(error) && toErrorInfo(error).code !== 'permission-denied';
        if (!isChanged || look === LOOKS || deadline.leftMs() === 0)
          return { error: notReturned(wanted, error) };
      }
      current = await this.#shownAnew(current, deadline);
    }
    return { text: `${namespace}/${name}` };
  }

  async #sendAll(
    { release, operation, changes }: ReleaseReturn,
    why: string,
    deadline: Deadline,
    rows: JournalEvent[],
  ): Promise<void> {
    const { world, writer, judge } = this.#ports;
    for (const [index, change] of changes.entries()) {
      const { outcome, reason } = judge(release, operation, change);
      if (outcome !== 'allow') throw new CoxswainError('guard-denied', reason, 'Do it by hand.');
      const request = {
        id: world.newId(),
        workloadId: workloadId(release),
        proposalId: null,
        action: { kind: 'release' as const, operation },
        change: { ...change, description: `${why}: ${change.description}` },
      };
      rows.push(intentOf(request));
      try {
        await writer().send(change.write, deadline.shareMs(changes.length - index + 1));
      } catch (error) {
        const { code, message } = toErrorInfo(error);
        const isGone = change.write.verb === 'delete' && code === 'not-found';
        rows.push(resultOf(request, isGone ? 'done' : isRefusal(error) ? 'not-done' : 'unknown', message));
        if (isGone) continue;
        throw error;
      }
      rows.push(resultOf(request, 'done', request.change.description));
    }
  }

  /** What is to be done as the watches come to show it; null where nothing is left. */
  async #shownAnew(before: ReleaseReturn, deadline: Deadline): Promise<ReleaseReturn | null> {
    const { world } = this.#ports;
    const id = workloadId(before.release);
    const seen = world.snapshot().releases.get(id);
    const untilMs = deadline.leftMs() / 2;
    while (deadline.leftMs() > untilMs && world.snapshot().releases.get(id) === seen) {
      await sleep(world.clock, LOOK_MS * world.clock.rate);
    }
    return listed(world).find(({ release }) => workloadId(release) === id) ?? null;
  }

  #tryToRecord(event: JournalEvent): void {
    try {
      this.#ports.record(event);
    } catch {
      // The journal has said so to everybody else; here nothing may stand in the way.
    }
  }
}

/** A port that fails leaves nothing to be listed. */
function listed(world: GateWorld): readonly ReleaseReturn[] {
  try {
    return world.releaseReturns();
  } catch {
    return [];
  }
}

function notReturned({ release: { kind, namespace, name } }: ReleaseReturn, cause: unknown): ErrorInfo {
  const { code, message } = toErrorInfo(cause);
  const hint =
    kind === 'Deployment'
      ? `kubectl get deployment -n ${namespace} ${name} -o jsonpath='{.metadata.annotations.coxswain\\.dev/release}' says under \`route\` what the route was; put that back.`
      : `kubectl argo rollouts abort -n ${namespace} ${name}`;
  const error = new CoxswainError(
    code,
    `The traffic of ${namespace}/${name} is not given back to its stable version: ${message}`,
    `Roll it back again; by hand: ${hint}`,
  );
  return error.toInfo();
}
