// Makes a shipped policy of heal from what a training has left, with its model card:
//   node policies/ship.mjs <name> <folder of the run>
// where <name>.yaml beside this file is what it was trained with.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');
const SHIPPING = `
  export * from './agent/sim/heal/shipping/finishPolicy';
  export * from './agent/sim/heal/shipping/figures';
  export * from './agent/sim/heal/shipping/modelCard';
  export * from './agent/sim/heal/shipping/playEpisodes';
  export * from './agent/sim/heal/baselines/runbook';
  export * from './agent/sim/heal/baselines/simple';
  export { policyArm } from './agent/evaluate/arm';
  export { evaluateArms, heldOutSeeds, summaryOf } from './agent/evaluate/evaluation';
  export { HEAL_ARMS } from './agent/evaluate/taskArms';
  export { createHealEnv } from './agent/sim/heal/healEnv';
  export { createActor } from './agent/rl/policy/actor';
  export { createEngine } from './agent/rl/engine/engines';
  export { decodePolicy, encodePolicy } from './agent/rl/policy/policyOnnx';
`;
const MOST_BYTES = 150_000;
const EPISODES = 300;

const [name, run] = process.argv.slice(2);
if (name === undefined || run === undefined) {
  console.error('usage: node policies/ship.mjs <name> <folder of the run>');
  process.exit(2);
}
const coxswain = await shippingCode();
const source = join(run, 'best.onnx');
const policy = await evaluated(
  coxswain.finishPolicy(coxswain.decodePolicy(readFileSync(source), source), coxswain.createEngine('wasm')),
);
const bytes = coxswain.encodePolicy(policy);
if (bytes.length > MOST_BYTES)
  throw new Error(`${bytes.length} bytes, at most ${MOST_BYTES} are to be shipped`);
writeFileSync(join(HERE, `${name}.onnx`), bytes);
const { options } = policy.provenance.env;
const facts = {
  name,
  detection: options.detection ?? 'events',
  commands: [
    `npm run -s coxswain -- train --config policies/${name}.yaml --out runs/${name}`,
    `node policies/ship.mjs ${name} runs/${name}`,
  ],
  arms: await playArms(options),
};
writeFileSync(join(HERE, `${name}.md`), coxswain.modelCard(policy, facts));
console.log(`${name}: ${bytes.length} bytes, margin ${policy.calibration.idleMargin}`);
for (const [arm, figures] of facts.arms) console.log(arm, JSON.stringify(figures));

/** The agent's own code, as one module. */
async function shippingCode() {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-ship-'));
  const outfile = join(folder, 'shipping.cjs');
  await build({
    stdin: { contents: SHIPPING, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'warning',
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'importMetaUrl' },
  });
  try {
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With the returns of held-out episodes beside those of its baselines, as a training that has ended tells them. */
async function evaluated(policy) {
  const { evaluateArms, heldOutSeeds, summaryOf, policyArm, HEAL_ARMS, createActor, createEngine } = coxswain;
  const { env, algorithm } = policy.provenance;
  const results = await evaluateArms({
    createEnv: () => coxswain.createHealEnv(env.options),
    arms: [policyArm(algorithm, createActor(policy, createEngine('wasm'))), ...HEAL_ARMS],
    seeds: heldOutSeeds(EPISODES),
  });
  return { ...policy, provenance: { ...policy.provenance, evaluation: summaryOf(results) } };
}

/** Ours and those that it has to be compared with, over the same episodes. */
async function playArms(options) {
  const { TEST, createHealEnv, doNothing, tunedRunbook, playRule, playPolicy, figuresOf } = coxswain;
  const env = createHealEnv(options);
  const actor = coxswain.createActor(policy, coxswain.createEngine('wasm'));
  const nothing = playRule(env, doNothing(), TEST);
  const ours = playPolicy(env, actor, policy.calibration.idleMargin, TEST);
  return [
    [name, figuresOf(ours, nothing)],
    ['runbook-tuned', figuresOf(playRule(env, tunedRunbook(), TEST), nothing)],
    ['do-nothing', figuresOf(nothing, nothing)],
  ];
}
