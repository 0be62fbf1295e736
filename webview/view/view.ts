import type {
  AgentSnapshot,
  ErrorInfo,
  FaultKind,
  Mode,
  Result,
  Training,
  WorkloadState,
} from '../../agent/protocol';
import type { Bar } from '../model/marks';
import type { Answer } from '../question';
import type { DecisionRef } from '../transport/hostMessage';
import type { TransportState } from '../transport/transport';
import type { Pane, UiState } from '../uiState';

/** All that the views draw. They are functions of it, and say what the user wants through `actions`. */
export interface View {
  snapshot: AgentSnapshot;
  transport: TransportState;
  ui: UiState;
  /** The workload whose charts are shown. */
  workload: WorkloadState | null;
  /** The training whose curves are shown in the pane `training`. */
  training: Training | null;
  pane: Pane;
  /** The event that was clicked, as far as it is still known. */
  selected: Bar | null;
  explanation: Answer<Result<'explainDecision'>>;
  recoveries: Answer<Result<'recoveryStatistics'>>;
  wallMs: number;
  /** Cluster time. */
  nowMs: number;
  dialog: Dialog;
  toasts: readonly Toast[];
  /** Spoken by screen readers when it changes. */
  announcement: string;
  actions: Actions;
}

export type Dialog =
  | { kind: 'none' }
  | { kind: 'confirm-auto' }
  | { kind: 'inject-fault'; workloadId: string; faultKind: FaultKind };

export type Toast =
  | { id: number; kind: 'done'; text: string }
  | { id: number; kind: 'failed'; what: string; error: ErrorInfo };

export interface Actions {
  /** `auto` opens the question first. */
  setMode(mode: Mode): void;
  confirmAuto(): void;
  pause(): void;
  resume(): void;
  /** Lifts an emergency stop. */
  clearStop(): void;
  emergencyStop(): void;
  approve(proposalId: string): void;
  reject(proposalId: string): void;
  injectFault(workloadId: string, kind: FaultKind): void;
  endFault(faultId: string): void;
  pauseFault(faultId: string, paused: boolean): void;
  stopExperiment(runId: string): void;
  /** Opens the pane that says why. */
  explain(decision: DecisionRef): void;
  explainAgain(): void;
  cancelTraining(trainingId: string): void;
  showDialog(dialog: Dialog): void;
  choose(part: Partial<UiState>): void;
  dismiss(toastId: number): void;
  reconnect(): void;
}
