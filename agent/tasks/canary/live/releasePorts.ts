import type { Clock } from '../../../clock';
import type { Release } from '../../../cluster/releases';
import type { ClusterSnapshot } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import type { CountedRelease, CountsRound, VersionMeasure } from '../../../metrics/versionCounts';
import type {
  Change,
  Control,
  ErrorInfo,
  JournalEvent,
  JournalRow,
  Mode,
  ParsedParams,
  Proposal,
  Result,
  WorkloadRef,
} from '../../../protocol';
import type { ReleaseDraft } from '../../../safety/releaseDraft';
import type { ReleasesReturned } from '../../../safety/releaseReturn';
import type { HookOrder } from '../hooks/callHook';
import type { LearnedPace } from '../pace/learnedPace';

/** The gate, as the controller sees it: it proposes, goes on with what was agreed to, and never writes. */
export interface ReleaseGate {
  readonly mode: Mode;
  readonly control: Control;
  proposeRelease(draft: ReleaseDraft): Promise<Proposal>;
  /** @throws CoxswainError `guard-denied`, or what the API server says */
  stepRelease(draft: ReleaseDraft): Promise<void>;
  /** Never throws: it reports. On its way when it returns. */
  returnReleases(why: string, by: string): Promise<ReleasesReturned>;
  /** Takes back what still waits for a person. */
  withdraw(releaseId: string, why: string, task?: string): void;
}

/** What is told to the receivers that the config names. */
export interface ReleaseAlert {
  on: Config['canary']['alerts'][number]['on'][number];
  release: WorkloadRef;
  text: string;
}

/** Everything that the controller needs from the outside. */
export interface ReleasePorts {
  clock: Clock;
  /** Wall time for measuring how long a decision takes, ms. */
  monotonicMs(): number;
  /** Random, unique. */
  newId(): string;
  config(): Config;
  snapshot(): ClusterSnapshot;
  /** Cluster milliseconds since the watches last heard of the namespace; infinite where they never did. */
  watchAgeMs(namespace: string): number;
  /** All releases in one round of questions. Rejects with nothing but the signal's reason. */
  measure(
    releases: readonly CountedRelease[],
    round: CountsRound,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, VersionMeasure>>;
  gate: ReleaseGate;
  hasIncident(workloadId: string): boolean;
  /** Name of a fault that runs on the workload; null without one. */
  faultOn(workloadId: string): string | null;
  /** The learned policy that sets the pace in place of the config's rule, or null. */
  learned(): LearnedPace | null;
  /** Null where it agrees, else why not, in words. Rejects with nothing but the signal's reason. */
  callHook(order: HookOrder, signal: AbortSignal): Promise<string | null>;
  /** Never throws; what could not be told is told in the journal. */
  alert(alert: ReleaseAlert): void;
  /** Sends real requests through the release's route. @throws CoxswainError where nobody knows its address */
  checkSplit(params: ParsedParams<'checkSplit'>, release: Release): Promise<Result<'checkSplit'>>;
  /** Sends synthetic requests, at most one a second. @returns what has come of it @throws CoxswainError */
  probe(release: Release): Promise<string>;
  prepare(params: ParsedParams<'prepareCanary'>, by: string): Promise<Result<'prepareCanary'>>;
  /** What the journal has of a release of late, newest first. */
  past(releaseId: string): readonly JournalRow[];
  /** May throw where the journal takes no more rows. */
  record(event: JournalEvent): void;
  publish(change: Change): void;
  onError(error: ErrorInfo): void;
}
