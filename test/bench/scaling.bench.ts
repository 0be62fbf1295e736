import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scalingArm } from '../../agent/evaluate/scale/scalingArm';
import { createEngine } from '../../agent/rl/engine/engines';
import { createActor } from '../../agent/rl/policy/actor';
import { decodePolicy } from '../../agent/rl/policy/policyOnnx';
import { Random } from '../../agent/sim/random';
import { runScaleBaseline } from '../../agent/sim/scale/baselines/baseline';
import { tunedHpa } from '../../agent/sim/scale/baselines/hpa';
import { tunedPredictive } from '../../agent/sim/scale/baselines/predictive';
import { createScaleEnv } from '../../agent/sim/scale/scaleEnv';
import { compared, type Row } from './row';
import { median } from './statistics';

/** 24 h in steps of 15 s. */
const STEPS = 5760;
const EPISODES = 40;
const LIMIT_MS = 50;
const POLICY = join(process.cwd(), 'policies/scale-36-ppo.onnx');

/** An episode of a day with its evaluation, on one core: what the quick evaluation and calibration are made of. */
export async function run(): Promise<Row[]> {
  const env = createScaleEnv({ episodeSteps: STEPS });
  const actor = createActor(decodePolicy(readFileSync(POLICY), POLICY), createEngine('wasm'));
  const arm = scalingArm('policy', actor, false);
  const plays: [string, (seed: number) => unknown][] = [
    ['tuned HPA', (seed) => runScaleBaseline(env, tunedHpa(), seed)],
    ['tuned predictive rule', (seed) => runScaleBaseline(env, tunedPredictive(), seed)],
    [
      'PPO on scale/36',
      (seed) => {
        env.reset(seed);
        const step = arm.begin(env, new Random(seed));
        while (!step().truncated);
        return env.info();
      },
    ],
  ];
  return plays.map(([name, play]) => {
    for (let seed = 0; seed < EPISODES / 4; seed++) play(seed);
    const times = Array.from({ length: EPISODES }, (_, seed) => {
      const startedMs = performance.now();
      play(seed);
      return performance.now() - startedMs;
    });
    return compared(`a day of scaling, ${name} (median of ${EPISODES})`, median(times), 'ms', {
      name: 'at most',
      value: LIMIT_MS,
    });
  });
}
