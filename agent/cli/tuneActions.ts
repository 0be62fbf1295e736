import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Point } from '../rl/tuning/searchSpace';
import { Study } from '../training/study';
import { runTrial, type TuningTrial, tuningSpace } from '../training/tuning';
import { formatTable, print } from './output';
import { untilEnd } from './untilEnd';

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

/** Ends after `trials` of the study, those of earlier runs among them. */
export async function tune(options: TuneOptions): Promise<void> {
  const { stateDir, task, algo: algorithm, what: target, trials, steps, parallel, seed } = options;
  const aborter = new AbortController();
  void untilEnd({ exitWithStdin: false }).then((reason) => aborter.abort(new Error(reason)));
  const trial: TuningTrial = { task, algorithm, target, steps, seed };
  const name = `${task} ${algorithm} ${target} ${steps}`;
  const path = resolve(options.study ?? join(stateDir, 'studies', `${name.replaceAll(' ', '-')}.db`));
  mkdirSync(dirname(path), { recursive: true });
  const study = Study.open(path, { name, space: tuningSpace(trial), seed });
  print(
    `searching ${target} of ${task} by ${algorithm}, ${trials} trials of ${steps.toLocaleString('en')} steps, in ${path}`,
  );
  try {
    await study.run({
      trials,
      parallel,
      evaluate: (point, id) =>
        runTrial(trial, point, {
          program: [process.execPath, process.argv[1] ?? ''],
          folder: `${path.replace(/\.db$/, '')}-trials/${id}`,
          signal: aborter.signal,
        }),
      onTrial: ({ id, state, value, problem, point }) =>
        print(`trial ${id}: ${state === 'done' ? score(value) : `failed, ${problem}`}  ${pointText(point)}`),
      signal: aborter.signal,
    });
  } finally {
    printBest(study);
    study.close();
  }
}

function printBest(study: Study): void {
  const done = study.trials().filter(({ state }) => state === 'done');
  const best = done.sort((a, b) => (a.value ?? 0) - (b.value ?? 0)).slice(0, 5);
  if (best.length === 0) return;
  const names = Object.keys(best[0]?.point ?? {});
  print(
    `\n${formatTable(
      ['TRIAL', 'SCORE', ...names.map((name) => name.toUpperCase())],
      best.map(({ id, value, point }) => [
        String(id),
        score(value),
        ...names.map((name) => short(point[name] ?? 0)),
      ]),
    )}`,
  );
}

/** A study looks for what is small, people for what is great. */
function score(value: number | null): string {
  return short(-(value ?? 0));
}

function pointText(point: Point): string {
  return Object.entries(point)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ');
}

function short(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}
