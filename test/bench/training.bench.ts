import * as z from 'zod';
import { completeHyperparameters, createLearner } from '../../agent/training/learners';
import { findPeerPython, runPeer } from './peers';
import { compared, type Row } from './row';
import { envOf, hyperparametersOf, readPeerFile, Study, studyName } from './studies';

/** Until caches, optimising compilers and the replay buffer are warm. */
const WARM_UP = 0.2;
const PEER_NAMES = { sb3: 'Stable-Baselines3', torch: 'PyTorch loop' } as const;

/** Env steps a second, training included: ours and the peers', same net, same hyper-parameters, same env. */
export async function run(): Promise<Row[]> {
  const python = findPeerPython();
  const rows: Row[] = [];
  for (const study of readPeerFile('throughput.json', z.array(Study))) {
    const ours = await ourRate(study);
    const name = `${studyName(study)}, training`;
    if (!python) {
      rows.push({ name, value: ours, unit: 'env steps/s' });
      continue;
    }
    for (const peer of ['sb3', 'torch'] as const) {
      for (const threads of [1, 2]) {
        const reference = `${PEER_NAMES[peer]}, ${threads} thread${threads > 1 ? 's' : ''}`;
        const value = peerRate(python, study, peer, threads);
        rows.push(compared(name, ours, 'env steps/s', { name: reference, value }));
      }
    }
  }
  return rows;
}

async function ourRate(study: Study): Promise<number> {
  // A trial of ours is short; more steps make it as steady as the peers'.
  const steps = study.steps * 4;
  const learner = await createLearner(
    {
      algorithm: study.algo,
      env: envOf(study),
      engine: 'wasm',
      seed: 1,
      totalSteps: steps,
      hyperparameters: completeHyperparameters(study.algo, hyperparametersOf(study)),
      fineTune: null,
    },
    { workers: 0, workerFile: '' },
  );
  while (learner.steps < steps * WARM_UP) await learner.iterate();
  const begun = learner.steps;
  const startedMs = performance.now();
  while (learner.steps < steps) await learner.iterate();
  const rate = (learner.steps - begun) / ((performance.now() - startedMs) / 1000);
  await learner.close();
  return rate;
}

function peerRate(python: string, study: Study, peer: 'sb3' | 'torch', threads: number): number {
  const args = [JSON.stringify(study), '--peer', peer, '--threads', String(threads)];
  const answer = z.object({ stepsPerSecond: z.number() });
  return answer.parse(JSON.parse(runPeer(python, 'throughput.py', args))).stepsPerSecond;
}
