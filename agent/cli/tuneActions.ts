import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { holdExclusively } from '../journal/exclusiveLock';
import { CoxswainError, formatCount } from '../protocol';
import { Study, type Trial } from '../training/study';
import { configOf, runTrial, type TuningTrial, tuningSpace } from '../training/tuning';
import { untilCancelled } from './cancelled';
import { formatNumber, formatPercent } from './numbers';
import { formatTable, print } from './output';
import { printProgress } from './progress';

export interface TuneOptions {
  stateDir: string;
  task: TuningTrial['task'];
  algo: TuningTrial['algorithm'];
  what: TuningTrial['target'];
  trials: number;
  steps: number;
  parallel: number;
  seed: number;
  study?: string;
}

/** Of the table of trials. */
const BEST_ROWS = 5;
const DIGITS = 4;

/** Ends after `trials` of the study, those of earlier runs among them. Cancelled, the same command goes on with it. */
export async function tune(options: TuneOptions): Promise<void> {
  const { stateDir, task, algo: algorithm, what: target, steps, seed } = options;
  const trial: TuningTrial = { task, algorithm, target, steps, seed };
  const name = `${task} ${algorithm} ${target} ${steps}`;
  const path = resolve(options.study ?? join(stateDir, 'studies', `${name.replaceAll(' ', '-')}.db`));
  const folder = `${path.replace(/\.db$/, '')}-trials`;
  const space = tuningSpace(trial);
  mkdirSync(folder, { recursive: true });
  const lock = holdExclusively(folder, {
    pidFile: 'tune.pid',
    timeoutMs: 0,
    lockedError: (pid) => lockedError(path, pid),
  });
  try {
    const study = Study.open(path, { name, space, seed });
    try {
      await searchIn(study, trial, options, { path, folder });
    } finally {
      study.close();
    }
  } finally {
    lock.release();
  }
}

async function searchIn(
  study: Study,
  trial: TuningTrial,
  { trials, parallel }: TuneOptions,
  { path, folder }: { path: string; folder: string },
): Promise<void> {
  const { target, task, algorithm, steps } = trial;
  print(
    `searching ${target} of ${task} by ${algorithm}, ${trials} trials of ${formatCount(steps)} steps, in ${path}`,
  );
  const ended = study.trials().filter(({ state }) => state !== 'running').length;
  if (ended > 0) print(`${Math.min(ended, trials)} of them have ended before`);
  const shares = new Map<number, number>();
  const cancelled = await untilCancelled((signal) =>
    study.run({
      trials,
      parallel,
      evaluate: (point, id) =>
        runTrial(trial, point, {
          program: [process.execPath, process.argv[1] ?? ''],
          folder: join(folder, String(id)),
          onProgress: (share) => {
            shares.set(id, share);
            const running = [...shares].map(([each, done]) => `trial ${each}: ${formatPercent(done)}`);
            printProgress(running.join(', '));
          },
          signal,
        }),
      onTrial: (each) => {
        shares.delete(each.id);
        printProgress('');
        print(describeTrial(each));
      },
      signal,
    }),
  );
  if (cancelled !== null) print(`${cancelled}; the same command goes on with the study`);
  report(study.trials(), trial, folder);
}

/** @throws CoxswainError `training-failed` where every trial has failed */
function report(trials: readonly Trial[], trial: TuningTrial, folder: string): void {
  const failed = trials.filter(({ state }) => state === 'failed');
  const done = trials.filter(({ state }) => state === 'done');
  const best = done.sort((a, b) => (a.value ?? 0) - (b.value ?? 0)).slice(0, BEST_ROWS);
  if (!best[0]) {
    if (failed.length > 0) throw allFailedError(failed, folder);
    return;
  }
  const names = Object.keys(best[0].point);
  const rows = best.map(({ id, value, point }) => [
    String(id),
    score(value),
    ...names.map((name) => formatNumber(point[name], DIGITS)),
  ]);
  print(`\n${formatTable(['TRIAL', 'SCORE', ...names], rows)}`);
  if (failed.length > 0) print(`\n${failed.length} of ${trials.length} trials have failed.`);
  const config = join(folder, 'best.yaml');
  writeFileSync(config, stringify(configOf(trial, best[0].point)));
  print(`\nTrain with the best: coxswain train --config ${config}`);
}

function describeTrial({ id, state, value, problem, point }: Trial): string {
  const named = Object.entries(point).map(([name, number]) => `${name} ${formatNumber(number, DIGITS)}`);
  const result = state === 'done' ? score(value) : `failed: ${problem}`;
  return `trial ${id}: ${named.join(', ')}: ${result}`;
}

/** A study looks for what is small, people for what is great. */
function score(value: number | null): string {
  return formatNumber(-(value ?? Number.NaN), DIGITS);
}

function lockedError(path: string, pid: string): CoxswainError {
  return new CoxswainError(
    'training-locked',
    `Another search goes on with the study ${path} (pid ${pid}).`,
    'Wait for it, end it, or give --study another file.',
  );
}

function allFailedError(failed: readonly Trial[], folder: string): CoxswainError {
  return new CoxswainError(
    'training-failed',
    `All ${failed.length} trials have failed; the last one: ${failed.at(-1)?.problem}`,
    `What they have left is in ${folder}; give --study another file to begin anew.`,
  );
}
