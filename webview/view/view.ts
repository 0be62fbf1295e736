import type {
  AgentSnapshot,
  Calibration,
  ErrorInfo,
  FaultKind,
  Mode,
  ReleaseState,
  Result,
  ScalingState,
  Training,
  WorkloadState,
} from '../../agent/protocol';
import type { Bar } from '../model/marks';
import type { PlainOperationKind } from '../model/releaseOperations';
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
  /** The scaling of the workload that is shown; null where no scaler looks at it. */
  scaling: ScalingState | null;
  /** The release that is shown in the pane `releases`. */
  release: ReleaseState | null;
  /** The price on its way to the agent: what the slider stands at; null where it has the agent's. */
  pendingPrice: number | null;
  /** What the shown workload has cost lately. */
  costs: Answer<Result<'costReport'>>;
  /** The calibration that is shown in the pane `calibration`. */
  calibration: Calibration | null;
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
  | { kind: 'take-over'; workloadId: string; how: 'advise' | 'own' }
  /** `text`: what speaks against it, or what it means. */
  | { kind: 'confirm-release'; releaseId: string; operation: PlainOperationKind; text: string }
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
  /** Asks for a proposal, which is then answered like any other. */
  takeOver(workloadId: string, how: 'advise' | 'own'): void;
  handBack(workloadId: string): void;
  setScaling(workloadId: string, steering: 'off' | 'shadow'): void;
  /** Sent once the slider rests. */
  setViolationPrice(workloadId: string, violationPrice: number): void;
  /** Asks the person first where it is dangerous, or where the agent says what speaks against it. */
  operateRelease(releaseId: string, operation: PlainOperationKind): void;
  /** After the question. */
  confirmRelease(releaseId: string, operation: PlainOperationKind): void;
  calibrate(workloadId: string, violationPrice: number): void;
  cancelCalibration(id: string): void;
  /** Puts a text into the clipboard. */
  copy(text: string): void;
  showDialog(dialog: Dialog): void;
  choose(part: Partial<UiState>): void;
  dismiss(toastId: number): void;
  reconnect(): void;
}
