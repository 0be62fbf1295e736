import * as z from 'zod';
import type { PodObject } from './pod';

const Terminated = z.object({
  exitCode: z.number(),
  signal: z.number().nullish(),
  reason: z.string().nullish(),
  finishedAt: z.string().nullish(),
});

const ContainerState = z
  .object({
    waiting: z.object({ reason: z.string().nullish() }).nullish(),
    running: z.looseObject({ startedAt: z.string().nullish() }).nullish(),
    terminated: Terminated.nullish(),
  })
  .nullish();

export const ContainerStatus = z.object({
  ready: z.boolean().default(false),
  started: z.boolean().nullish(),
  restartCount: z.number().default(0),
  state: ContainerState,
  lastState: ContainerState,
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

/**
 * What kubectl prints in its STATUS column.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/printers/internalversion/printers.go (printPod)
 */
export function displayStatus({ metadata, status }: PodObject): string {
  if (metadata.deletionTimestamp) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const fallback = status.reason ?? status.phase;
  return initStatus(status.initContainerStatuses ?? []) ?? containersStatus(status, fallback);
}

/** The first init container that is not done, for example `Init:CrashLoopBackOff` or `Init:0/2`. */
function initStatus(containers: readonly ContainerStatus[]): string | null {
  for (const [index, { state, started }] of containers.entries()) {
    if (state?.terminated?.exitCode === 0 || started) continue;
    if (state?.terminated) return `Init:${terminationText(state.terminated)}`;
    const reason = state?.waiting?.reason;
    return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${containers.length}`;
  }
  return null;
}

/** The first container that has something to say, as kubectl's loop from the last to the first leaves it. */
function containersStatus(status: PodObject['status'], fallback: string): string {
  const containers = status.containerStatuses ?? [];
  const told = containers.map(({ state }) => {
    if (state?.waiting?.reason) return state.waiting.reason;
    return state?.terminated ? terminationText(state.terminated) : null;
  });
  const text = told.find((reason) => reason !== null) ?? fallback;
  const isRunning = containers.some(({ ready, state }) => ready && state?.running);
  if (text !== 'Completed' || !isRunning) return text;
  const ready = status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready ? 'Running' : 'NotReady';
}

function terminationText({ reason, signal, exitCode }: z.infer<typeof Terminated>): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}
