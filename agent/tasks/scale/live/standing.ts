import type { Autoscaler, HandoverNote, Owner, Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import { steeringOf } from '../../../loop/steering';
import { autoscalerText, type Control, CoxswainError, type ErrorCode, type Mode } from '../../../protocol';
import { isIntact } from '../../../safety/handover/states';
import { ownerText } from '../../../safety/rules/replicas';

/** Why the scaler may have no say over a workload: in words for the state, and as an error for who asks for it. */
export interface Obstacle {
  reason: string;
  code: ErrorCode;
  remedy: string;
}

export interface StandingInput {
  workload: Workload;
  config: Config;
  mode: Mode;
  control: Control;
  /** What the notes of this process are signed with. */
  agentId: string;
}

/** An autoscaler that this process has changed. */
export interface OwnHandover {
  autoscaler: Autoscaler;
  note: HandoverNote;
  /** Nobody has changed since what was set. */
  isIntact: boolean;
}

/** The autoscalers of the workload that carry this process' note: those that it has to hand back. */
export function ownHandovers({
  workload,
  agentId,
}: Pick<StandingInput, 'workload' | 'agentId'>): OwnHandover[] {
  return workload.autoscalers.flatMap((autoscaler) => {
    const note = autoscaler.handover;
    if (note === null || note === 'broken' || note.agent !== agentId) return [];
    return [{ autoscaler, note, isIntact: isIntact(autoscaler) }];
  });
}

/** What keeps the scaler from having a say, whoever asks and whatever was agreed; null where nothing does. */
export function obstacleTo(input: StandingInput): Obstacle | null {
  return obstacleToProposing(input) ?? gitOpsObstacle(input.workload);
}

/** The same without GitOps: what Argo CD or Flux owns is proposed, for its repository, and never made. */
export function obstacleToProposing(input: StandingInput): Obstacle | null {
  const { workload, config, mode, control } = input;
  const steering = steeringOf(workload.ref, config);
  if (steering.kind === 'observe-only') {
    return obstacle(
      'guard-denied',
      `it is only observed: ${steering.reason}`,
      'List its namespace under `namespaces` in coxswain.yaml, and take out `observeOnly`.',
    );
  }
  if (mode === 'observe') {
    return obstacle('guard-denied', 'mode observe never writes', 'Switch to mode approve or auto.');
  }
  if (control.kind !== 'running') {
    const why = control.kind === 'paused' ? `paused by ${control.by}` : `emergency stop by ${control.by}`;
    return obstacle('guard-denied', why, 'Resume first.');
  }
  return autoscalerObstacle(input);
}

/** What the autoscalers themselves leave no room for. */
function autoscalerObstacle({ workload, agentId }: StandingInput): Obstacle | null {
  const { autoscalers } = workload;
  const [only] = autoscalers;
  if (!only) {
    return obstacle(
      'capability-missing',
      'it has no autoscaler that could be handed over and back',
      'Apply the HPA that `coxswain calibrate` writes for it, and try again.',
    );
  }
  if (autoscalers.length > 1) {
    const names = autoscalers.map(autoscalerText).join(' and ');
    return obstacle(
      'conflict',
      `${names} aim at it at the same time`,
      'Delete all but one of them: they fight each other.',
    );
  }
  if (only.handover === 'broken') {
    return obstacle(
      'conflict',
      `the note of a take-over on ${autoscalerText(only)} cannot be read`,
      'Make the autoscaler what it should be, and remove its annotation coxswain.dev/handover.',
    );
  }
  if (only.handover !== null && only.handover.agent !== agentId) {
    return obstacle(
      'conflict',
      `${autoscalerText(only)} was taken over by another process of Coxswain`,
      'Hand it back there, or end that process: its keeper hands it back.',
    );
  }
  return null;
}

function gitOpsObstacle(workload: Workload): Obstacle | null {
  const owner = gitOpsOf(workload);
  return owner === null
    ? null
    : obstacle(
        'guard-denied',
        `${owner} owns it and would undo what is changed here`,
        'Change it in its repository; `coxswain calibrate` writes the manifest.',
      );
}

/** Argo CD or Flux, as people call it, where one owns the Deployment or its autoscaler; else null. */
export function gitOpsOf({ owners, autoscalers }: Pick<Workload, 'owners' | 'autoscalers'>): string | null {
  const [owner] = [...owners.filter(isGitOps), ...autoscalers.flatMap(({ gitOps }) => gitOps)];
  return owner ? ownerText(owner) : null;
}

export function errorOf({ code, reason, remedy }: Obstacle, name: string): CoxswainError {
  return new CoxswainError(code, `The scaler cannot have a say over ${name}: ${reason}.`, remedy);
}

function isGitOps({ kind }: Owner): boolean {
  return kind === 'argo-cd' || kind === 'flux';
}

function obstacle(code: ErrorCode, reason: string, remedy: string): Obstacle {
  return { code, reason, remedy };
}
