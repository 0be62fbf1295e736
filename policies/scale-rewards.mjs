// Searches the weights of a reward of scale by Bayesian optimisation, and prints every trial as a row of a table:
//   node policies/scale-rewards.mjs slo-cost|seed <trials> <env steps of each>
// Each trial trains PPO and is judged on validation episodes by what no weight changes: the geometric mean of J over
// that of the tuned HPA at W = 5, 20, 80, and a tenth of how far its actions are above 1.35 times the HPA's.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentCode } from './bundle.mjs';

const SPACES = {
  'slo-cost': {
    spec: 'scale/36',
    weights: [
      ['violations', 0.5, 2],
      ['actions', 0.4, 4],
      ['podsChanged', 0.0125, 0.4],
    ],
  },
  // The bounds of seed 001, and for thrashing those of the hybrid.
  seed: {
    spec: 'scale/12',
    weights: [
      ['latency', 0.1, 0.8],
      ['resource', 0.1, 0.6],
      ['thrashing', 0.05, 0.5],
      ['stability', 0.05, 0.3],
    ],
  },
};
const SEED = 1;
const EPISODES = 80;
const MOST_ACTIONS = 1.35;

const [reward, trials, steps] = process.argv.slice(2);
const space = SPACES[reward];
if (!space || !(trials >= 0) || !(steps >= 1000)) {
  console.error('usage: node policies/scale-rewards.mjs slo-cost|seed <trials> <env steps of each>');
  process.exit(2);
}
const coxswain = await agentCode(`
  export * from './agent/sim/scale/shipping/finishPolicy';
  export * from './agent/sim/scale/shipping/figures';
  export { createScaleEnv } from './agent/sim/scale/scaleEnv';
  export { createActor } from './agent/rl/policy/actor';
  export { createEngine } from './agent/rl/engine/engines';
  export { decodePolicy } from './agent/rl/policy/policyOnnx';
  export { runTraining } from './agent/training/runTraining';
  export { TrainConfig } from './agent/training/trainConfig';
  export { suggestPoints } from './agent/rl/tuning/bayesianOptimiser';
`);
const names = space.weights.map(([name]) => name);
const parameters = space.weights.map(([name, low, high]) => ({
  name,
  low,
  high,
  scale: 'log',
  integer: false,
}));
/** Evenly spread ones, before the surrogate is asked. */
const INITIAL_TRIALS = 5;

const seen = [];
console.log(`| trial | ${names.join(' | ')} | J ÷ tuned HPA, W = 5, 20, 80 | actions ÷ tuned HPA | score |`);
console.log(`|${'---|'.repeat(names.length + 4)}`);
await tell('own', ownWeights());
for (let trial = 1; trial <= Number(trials); trial++) {
  const options = { seed: SEED, initialPoints: INITIAL_TRIALS };
  const [point] = coxswain.suggestPoints(parameters, seen, [], 1, options);
  await tell(trial, point);
}

/** Trains with the weights, and prints what that comes to. */
async function tell(trial, point) {
  const figures = await judged(point);
  const actions = coxswain.actionRatio(figures);
  const value = coxswain.meanRatio(figures) + 0.1 * Math.max(0, actions - MOST_ACTIONS);
  seen.push({ point, value });
  const cells = [
    ...names.map((name) => point[name].toPrecision(3)),
    figures.map(({ toHpa }) => toHpa.toFixed(3)).join(', '),
    actions.toFixed(2),
    value.toFixed(4),
  ];
  console.log(`| ${trial} | ${cells.join(' | ')} |`);
}

/** What the reward has without being told. */
function ownWeights() {
  const { rewardTerms, rewardWeights } = coxswain.createScaleEnv({ reward, spec: space.spec });
  return Object.fromEntries(names.map((name) => [name, rewardWeights[rewardTerms.indexOf(name)]]));
}

/** What a short training with these weights comes to. */
async function judged(weights) {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-reward-'));
  try {
    const run = join(folder, 'run');
    await coxswain.runTraining({
      begin: { kind: 'new', folder: run, config: configOf(weights) },
      store: { add: () => 1 },
      codeVersion: 'tuning',
      workerFile: '',
      nowMs: Date.now,
      onEvent: () => undefined,
      note: () => undefined,
      signal: new AbortController().signal,
    });
    const source = join(run, 'best.onnx');
    const actor = coxswain.createActor(
      coxswain.decodePolicy(readFileSync(source), source),
      coxswain.createEngine('wasm'),
    );
    return coxswain.figuresAt(actor, { first: coxswain.VALIDATION.first, count: EPISODES });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configOf(weights) {
  return coxswain.TrainConfig.parse({
    task: 'scale',
    algo: 'ppo',
    seed: SEED,
    steps: Number(steps),
    evaluateEvery: Number(steps),
    env: { spec: space.spec, reward, weights, pace: 'either', episodeSteps: 600 },
    evaluation: { episodes: 1 },
    logs: { tensorboard: false, wandb: false },
  });
}
