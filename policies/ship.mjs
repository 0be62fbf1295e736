// Makes a shipped policy from what a training has left, with its model card:
//   node policies/ship.mjs <name> <folder of the run> [<folder of the same with another seed>…]
// where <name>.yaml beside this file is what it was trained with, and <name> begins with its task. Of several runs, of
// scale and canary alone, the one that is best on validation episodes is shipped.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentCode } from './bundle.mjs';
import { shipCanary } from './shipCanary.mjs';
import { shipHeal } from './shipHeal.mjs';
import { shipScale } from './shipScale.mjs';

const HERE = import.meta.dirname;
const COMMON = `
  export { policyArm } from './agent/evaluate/arm';
  export { evaluateArms, heldOutSeeds, summaryOf } from './agent/evaluate/evaluation';
  export { createActor } from './agent/rl/policy/actor';
  export { createEngine } from './agent/rl/engine/engines';
  export { decodePolicy, encodePolicy } from './agent/rl/policy/policyOnnx';
`;
const MOST_BYTES = 150_000;
const EPISODES = 300;
const TASKS = { canary: shipCanary, heal: shipHeal, scale: shipScale };

const [name, ...runs] = process.argv.slice(2);
const task = TASKS[name?.split('-')[0]];
if (task === undefined || runs.length === 0) {
  console.error('usage: node policies/ship.mjs <name> <folder of the run> [<another run>…]');
  process.exit(2);
}
const coxswain = await agentCode(COMMON + task.exports);
const engine = coxswain.createEngine('wasm');
const trained = runs.map((run) => {
  const source = join(run, 'best.onnx');
  return coxswain.decodePolicy(readFileSync(source), source);
});
const finished = task.finish(coxswain, trained, engine);
const policy = await evaluated(finished.policy);
const bytes = coxswain.encodePolicy(policy);
if (bytes.length > MOST_BYTES)
  throw new Error(`${bytes.length} bytes, at most ${MOST_BYTES} are to be shipped`);
writeFileSync(join(HERE, `${name}.onnx`), bytes);
const notes = join(HERE, `${name}.rewards.md`);
const facts = {
  name,
  commands: commands(policy.provenance.seed),
  notes: existsSync(notes) ? readFileSync(notes, 'utf8').trim() : '',
};
writeFileSync(join(HERE, `${name}.md`), task.card(coxswain, policy, engine, facts, finished));
console.log(
  `${name}: ${bytes.length} bytes, seed ${policy.provenance.seed}, margin ${policy.calibration.idleMargin}`,
);

/** With the returns of held-out episodes beside those of its baselines, as a training that has ended tells them. */
async function evaluated(policy) {
  const { evaluateArms, heldOutSeeds, summaryOf, policyArm, createActor } = coxswain;
  const { env, algorithm } = policy.provenance;
  const results = await evaluateArms({
    createEnv: () => task.createEnv(coxswain, env.options),
    arms: [policyArm(algorithm, createActor(policy, engine)), ...task.arms(coxswain)],
    seeds: heldOutSeeds(EPISODES),
  });
  return { ...policy, provenance: { ...policy.provenance, evaluation: summaryOf(results) } };
}

/** How a person makes it again. Other seeds than that of the recipe are named. */
function commands(shippedSeed) {
  const seeds = trained.map(({ provenance }) => provenance.seed);
  const folderOf = (seed) => (seeds.length === 1 ? `runs/${name}` : `runs/${name}-${seed}`);
  return [
    ...seeds.map((seed) => {
      const other = seed === shippedSeed ? '' : ` --seed ${seed}`;
      return `npm run -s coxswain -- train --config policies/${name}.yaml${other} --out ${folderOf(seed)}`;
    }),
    `node policies/ship.mjs ${name} ${seeds.map(folderOf).join(' ')}`,
  ];
}
