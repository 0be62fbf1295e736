import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { policyArm } from '../../agent/evaluate/arm';
import { playEpisode } from '../../agent/evaluate/evaluation';
import { interquartileInterval } from '../../agent/evaluate/statistics';
import type { LearnedPolicy } from '../../agent/rl/algorithms/learner';
import { createEngine } from '../../agent/rl/engine/engines';
import type { Env } from '../../agent/rl/env/env';
import { createActor } from '../../agent/rl/policy/actor';
import type { Interval } from '../../agent/rl/policy/policyModel';
import { createEnv } from '../../agent/training/environments';
import { completeHyperparameters, createLearner } from '../../agent/training/learners';
import { drawLearningCurves } from './learningChart';
import { findPeerPython, runPeer } from './peers';
import { compared, type Row } from './row';
import { envOf, hyperparametersOf, LearningStudy, PEERS, readPeerFile, studyName } from './studies';

const RESULTS = join('test', 'bench', 'results');
const CHART = join('docs', 'images', 'learning-curves.svg');
/** The peers take an hour; what they have learned once is kept, and learned anew where this is deleted. */
const PEER_RESULTS = join(RESULTS, 'sb3-learning.json');
/** As sb3_learning.py seeds the episodes that it evaluates on. */
const EVALUATION_SEED = 1_000_000;

const Run = z.object({
  seed: z.number(),
  points: z.array(z.tuple([z.number(), z.number()])),
  seconds: z.number(),
});
const StudyRuns = z.object({ env: z.string(), algo: z.string(), runs: z.array(Run) });
const Results = z.object({ peer: z.string(), studies: z.array(StudyRuns) });
export type StudyRuns = z.infer<typeof StudyRuns>;

const Settings = z.object({
  seeds: z.number(),
  evalEpisodes: z.number(),
  studies: z.array(LearningStudy),
});

/** Learning curves on the reference envs, ours beside Stable-Baselines3's, over ten seeds. */
export async function run(): Promise<Row[]> {
  const { seeds, evalEpisodes, studies } = selected(readPeerFile('learning.json', Settings));
  const ours: StudyRuns[] = [];
  for (const study of studies) {
    const runs = [];
    for (let seed = 1; seed <= seeds; seed++) runs.push(await learn(study, seed, evalEpisodes));
    ours.push({ env: study.env, algo: study.algo, runs });
  }
  save(join(RESULTS, 'coxswain-learning.json'), JSON.stringify({ peer: 'Coxswain', studies: ours }));
  const theirs = peerResults();
  save(CHART, drawLearningCurves(ours, theirs));
  return ours.flatMap((study) =>
    rowsOf(
      study,
      theirs.find(({ env, algo }) => env === study.env && algo === study.algo),
      studies.find(({ env, algo }) => env === study.env && algo === study.algo)?.solvedAt,
    ),
  );
}

/** All of it takes half an hour: $COXSWAIN_BENCH_STUDY and $COXSWAIN_BENCH_SEEDS take a part. */
function selected(settings: z.infer<typeof Settings>): z.infer<typeof Settings> {
  const { COXSWAIN_BENCH_STUDY: only, COXSWAIN_BENCH_SEEDS: seeds } = process.env;
  return {
    ...settings,
    seeds: seeds ? Number(seeds) : settings.seeds,
    studies: settings.studies.filter(({ env, algo }) => !only || `${env}/${algo}` === only),
  };
}

async function learn(study: LearningStudy, seed: number, episodes: number): Promise<z.infer<typeof Run>> {
  const env = createEnv(envOf(study));
  const hyperparameters = completeHyperparameters(study.algo, hyperparametersOf(study));
  const learner = await createLearner(
    {
      algorithm: study.algo,
      env: envOf(study),
      engine: 'wasm',
      seed,
      totalSteps: study.steps,
      hyperparameters,
      fineTune: null,
    },
    { workers: 0, workerFile: '' },
  );
  const points: [number, number][] = [];
  let seconds = 0;
  while (learner.steps < study.steps) {
    const startedMs = performance.now();
    await learner.iterate();
    seconds += (performance.now() - startedMs) / 1000;
    if (Math.floor(learner.steps / study.evalEvery) > points.length) {
      points.push([learner.steps, meanReturn(env, learner.policy(), seed, episodes)]);
    }
  }
  await learner.close();
  return { seed, points, seconds };
}

function meanReturn(env: Env, policy: LearnedPolicy, seed: number, episodes: number): number {
  const actor = createActor({ ...policy, provenance: NO_PROVENANCE }, createEngine('wasm'));
  const arm = policyArm('policy', actor);
  let sum = 0;
  for (let index = 0; index < episodes; index++) {
    sum += playEpisode(env, arm, EVALUATION_SEED + 1000 * seed + index).return;
  }
  actor.dispose();
  return sum / episodes;
}

/** A policy that is played and forgotten has come from nowhere. */
const NO_PROVENANCE = {
  algorithm: '',
  env: { name: '', options: {} },
  seed: 0,
  steps: 0,
  hyperparameters: {},
  codeVersion: '',
  createdAtMs: 0,
  parent: null,
  curve: [],
  evaluation: null,
};

function peerResults(): StudyRuns[] {
  if (!existsSync(PEER_RESULTS)) {
    const python = findPeerPython();
    if (!python) return [];
    runPeer(python, 'sb3_learning.py', [join(PEERS, 'learning.json'), PEER_RESULTS]);
  }
  return Results.parse(JSON.parse(readFileSync(PEER_RESULTS, 'utf8'))).studies;
}

function rowsOf(ours: StudyRuns, theirs: StudyRuns | undefined, solvedAt: number | undefined): Row[] {
  const name = studyName({ env: ours.env, algo: ours.algo });
  return [
    finalRow(name, ours, theirs),
    ...(solvedAt === undefined ? [] : [solvedRow(name, ours, theirs, solvedAt)]),
  ];
}

function finalRow(name: string, ours: StudyRuns, theirs: StudyRuns | undefined): Row {
  const [mine, peer] = [ours, theirs].map(
    (study) => study && interquartileInterval([finalReturns(study)], 1),
  );
  const range = ({ low, high }: Interval) => `${low.toFixed(0)}…${high.toFixed(0)}`;
  if (!mine) throw new Error('a study without runs');
  const label = `${name}: return in the end, IQM of ${ours.runs.length} seeds [${range(mine)}]`;
  if (!peer) return { name: label, value: mine.mean, unit: '' };
  return compared(label, mine.mean, '', { name: `Stable-Baselines3 [${range(peer)}]`, value: peer.mean });
}

/** How many seeds have solved the env in some evaluation. */
function solvedRow(name: string, ours: StudyRuns, theirs: StudyRuns | undefined, solvedAt: number): Row {
  const solved = ({ runs }: StudyRuns) =>
    runs.filter(({ points }) => points.some(([, value]) => value >= solvedAt)).length;
  const label = `${name}: seeds that reached ${solvedAt}`;
  if (!theirs) return { name: label, value: solved(ours), unit: '' };
  return compared(label, solved(ours), '', { name: 'Stable-Baselines3', value: solved(theirs) });
}

/** The mean of the last two evaluations, by seed: one alone is noisy. */
function finalReturns({ runs }: StudyRuns): number[] {
  return runs.map(({ points }) => {
    const last = points.slice(-2).map(([, value]) => value);
    return last.reduce((sum, value) => sum + value, 0) / last.length;
  });
}

function save(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
