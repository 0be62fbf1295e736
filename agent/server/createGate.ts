import { randomUUID } from 'node:crypto';
import { type FaultTracker, faultId } from '../chaos/faultTracker';
import { providerNamed } from '../chaos/providers/providers';
import type { ClusterConnection } from '../cluster/connection';
import type { Config } from '../config/schema';
import type { Journal } from '../journal/journal';
import {
  type Change,
  type DataState,
  type ErrorInfo,
  errorText,
  type Mode,
  type Proposal,
} from '../protocol';
import { ActionGate } from '../safety/gate';
import type { Keeper } from '../safety/gateWorld';
import type { ReleaseReturn } from '../safety/releaseReturn';
import { ClusterWriter } from '../safety/writer';

interface Ports {
  /** What this process signs its handovers with. */
  agentId: string;
  keeper: Keeper;
  cluster: ClusterConnection;
  journal: Journal;
  tracker: FaultTracker;
  config(): Config;
  startMode: Mode;
  dataState(workloadId: string): DataState;
  hasIncident(workloadId: string): boolean;
  /** What brings the traffic of the releases under way back to stable. */
  releaseReturns(): readonly ReleaseReturn[];
  /** Whether a release is steered. */
  hasSay(releaseId: string): boolean;
  proposalChanged(proposal: Proposal): void;
  publish(change: Change): void;
  onError(error: ErrorInfo): void;
  warn(text: string): void;
}

/** The gate of a session, over the cluster that it is connected to. */
export function createGate(ports: Ports): ActionGate {
  const { cluster, journal, tracker, publish } = ports;
  const writer = new ClusterWriter(cluster.api);
  return new ActionGate(
    {
      clock: cluster.clock,
      monotonicMs: () => performance.now(),
      journal,
      config: ports.config,
      snapshot: () => cluster.snapshot(),
      dataState: ports.dataState,
      watchAgeMs: (namespace) => cluster.ageMs(namespace),
      permissions: () => cluster.permissions,
      writer: () => writer,
      faultWorkload: (fault) => tracker.get(faultId(fault))?.workloadId ?? faultId(fault),
      hasIncident: ports.hasIncident,
      releaseReturns: ports.releaseReturns,
      hasSay: ports.hasSay,
      provider: providerNamed,
      agentId: ports.agentId,
      keeper: ports.keeper,
      onFaultStuck: (error) => {
        ports.onError(error);
        ports.warn(errorText(error));
      },
      newId: randomUUID,
      onProposal: (proposal) => {
        publish({ kind: 'proposal', proposal });
        ports.proposalChanged(proposal);
      },
      onMode: (mode) => publish({ kind: 'mode', mode }),
      onControl: (control) => publish({ kind: 'control', control }),
    },
    ports.startMode,
  );
}
