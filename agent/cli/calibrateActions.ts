import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CalibrationEvent } from '../evaluate/calibrate/calibrationEvent';
import { fineTuneOn } from '../evaluate/calibrate/fineTune';
import type { LearnedCandidate } from '../evaluate/calibrate/learnedArms';
import { calibrationHtml } from '../evaluate/calibrate/report/html';
import { calibrationMarkdown } from '../evaluate/calibrate/report/markdown';
import { type CalibrationTask, runCalibration } from '../evaluate/calibrate/runCalibration';
import { type Calibration, CoxswainError, toErrorInfo } from '../protocol';
import { fineTuneBase, learnedCandidates } from './calibratePolicies';
import { calibrationTaskOf } from './calibrateTask';
import { orNothing } from './cancelled';
import { openStore } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { printProgress } from './progress';

export type CalibrationFormat = 'md' | 'json' | 'html';

export interface CalibrateOptions {
  stateDir: string;
  trace?: string;
  /** Seconds. */
  since: number;
  violationPrice?: number;
  minReplicas?: number;
  maxReplicas?: number;
  /** Seconds. */
  startup?: number;
  serviceTime?: number;
  /** Requests per second. */
  podCapacity?: number;
  policy?: string;
  fineTune?: boolean;
  /** False with --no-learned. */
  learned: boolean;
  format: CalibrationFormat;
  output?: string;
  patch?: string;
  config?: string;
  context?: string;
  kubeconfig?: string;
  /** One JSON line for each thing that happens, as the agent reads it. */
  events?: boolean;
}

const FINE_TUNE_STEPS = 400_000;

const WRITERS: Readonly<Record<CalibrationFormat, (calibration: Calibration) => string>> = {
  md: calibrationMarkdown,
  html: calibrationHtml,
  json: (calibration) => `${JSON.stringify(calibration, null, 2)}\n`,
};

/** `coxswain calibrate`: does learning pay on this workload? */
export async function calibrate(
  workload: string | undefined,
  options: CalibrateOptions,
  context: ProgramContext,
): Promise<void> {
  const tell = options.events ? tellEvent : tellTerminal;
  try {
    await orNothing(async (signal) => {
      const calibration = await calibrationOf(workload, options, context, { tell, signal });
      tell({ kind: 'finished', calibration });
      if (options.output !== undefined) writeReports(options.output, calibration);
      if (options.patch !== undefined) writePatch(options.patch, calibration);
      if (!options.events) print(WRITERS[options.format](calibration).trimEnd());
    });
  } catch (error) {
    if (options.events) tell({ kind: 'failed', error: toErrorInfo(error) });
    throw error;
  }
}

async function calibrationOf(
  workload: string | undefined,
  options: CalibrateOptions,
  context: ProgramContext,
  { tell, signal }: { tell(event: CalibrationEvent): void; signal: AbortSignal },
): Promise<Calibration> {
  const store = openStore(resolve(options.stateDir), context);
  const learned = options.learned ? learnedCandidates(store, options.policy) : [];
  const onProgress = (step: string, done: number, total: number) =>
    tell({ kind: 'progress', step, done, total });
  onProgress('reading the load', 0, 1);
  const task = await calibrationTaskOf(workload, options, signal);
  const run = { nowMs: Date.now, onProgress, signal };
  const fineTune = options.fineTune ? fineTuneOf(task.deployment, options, context, signal) : undefined;
  return runCalibration({ ...task, learned, fineTune }, run);
}

function fineTuneOf(
  deployment: CalibrationTask['deployment'],
  { stateDir, policy }: CalibrateOptions,
  context: ProgramContext,
  signal: AbortSignal,
): (part: Float32Array, onProgress: (share: number) => void) => Promise<LearnedCandidate | null> {
  const store = openStore(resolve(stateDir), context);
  return (part, onProgress) =>
    fineTuneOn(
      part,
      {
        deployment,
        store,
        from: fineTuneBase(store, policy),
        folder: resolve(stateDir, 'runs', `scale-calibration-${randomUUID()}`),
        steps: FINE_TUNE_STEPS,
        codeVersion: context.version,
        workerFile: join(context.assetsDirectory, 'rolloutWorker.cjs'),
        nowMs: Date.now,
        signal,
      },
      onProgress,
    );
}

function tellEvent(event: CalibrationEvent): void {
  print(JSON.stringify(event));
}

function tellTerminal(event: CalibrationEvent): void {
  if (event.kind !== 'progress') printProgress('');
  else printProgress(`${event.step}: ${Math.floor((100 * event.done) / event.total)} %`);
}

function writeReports(folder: string, calibration: Calibration): void {
  const formats = Object.keys(WRITERS) as CalibrationFormat[];
  orUnwritable(folder, () => mkdirSync(folder, { recursive: true }));
  for (const format of formats) {
    const path = join(folder, `calibration.${format}`);
    orUnwritable(path, () => writeFileSync(path, WRITERS[format](calibration)));
  }
  process.stderr.write(
    `report in ${resolve(folder, 'calibration.html')}, and beside it as Markdown and JSON\n`,
  );
}

function writePatch(path: string, { recommendation }: Calibration): void {
  const { patch } = recommendation;
  if (patch === null) process.stderr.write('there is nothing to change, so no patch was written\n');
  else orUnwritable(path, () => writeFileSync(path, patch));
}

/** @throws CoxswainError `usage` */
function orUnwritable(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new CoxswainError(
      'usage',
      `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      'Name another place with --output or --patch.',
      { cause: error },
    );
  }
}
