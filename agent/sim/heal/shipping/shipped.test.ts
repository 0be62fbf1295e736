import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createEngine } from '../../../rl/engine/engines';
import { createActor } from '../../../rl/policy/actor';
import { calibratedConfidence } from '../../../rl/policy/confidenceCalibration';
import { contractDifference } from '../../../rl/policy/contract';
import { unusualness } from '../../../rl/policy/inputDistribution';
import { decodePolicy } from '../../../rl/policy/policyOnnx';
import { resolveTraining } from '../../../training/resolveTraining';
import { TrainConfig } from '../../../training/trainConfig';
import { doNothing } from '../baselines/simple';
import { createHealEnv } from '../healEnv';
import { figuresOf } from './figures';
import { TEST } from './finishPolicy';
import { playPolicy, playRule } from './playEpisodes';

const FOLDER = join(import.meta.dirname, '../../../../policies');
const NAMES = readdirSync(FOLDER).flatMap((file) =>
  /^heal-.*\.onnx$/.test(file) ? [file.slice(0, -5)] : [],
);
const SEEDS = { first: TEST.first, count: 120 };

describe.each(NAMES)('the shipped policy %s', (name) => {
  const path = join(FOLDER, `${name}.onnx`);
  const policy = decodePolicy(readFileSync(path), path);
  const env = createHealEnv(policy.provenance.env.options);
  const { calibration, inputDistribution } = policy;

  it('fits its env, is small, and has a card', () => {
    expect(contractDifference(policy, env)).toBeNull();
    expect(statSync(path).size).toBeLessThan(150_000);
    const card = readFileSync(join(FOLDER, `${name}.md`), 'utf8');
    expect(card).toContain(`train --config policies/${name}.yaml`);
    expect(card).toContain(policy.spec);
  });

  it('was trained as its recipe says', () => {
    const recipe = TrainConfig.parse(parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8')));
    const { algorithm, env, seed, hyperparameters, totalSteps } = resolveTraining(recipe);
    const { provenance } = policy;
    expect(provenance).toMatchObject({ algorithm, env, seed, hyperparameters });
    expect(provenance.steps).toBeGreaterThanOrEqual(totalSteps);
    // Its last policy, not the best of a few episodes.
    expect(recipe.evaluateEvery).toBe(totalSteps);
  });

  it('recovers sooner than doing nothing on held-out episodes, and finds few of them unusual', () => {
    if (!calibration || !inputDistribution) throw new Error('it was not measured');
    const actor = createActor(policy, createEngine('wasm'));
    let looks = 0;
    let unusual = 0;
    const confidences: number[] = [];
    const infos = playPolicy(env, actor, calibration.idleMargin, SEEDS, {
      observed: (observation) => {
        looks++;
        if (unusualness(inputDistribution, observation) > 1) unusual++;
      },
      judged: (probability) => confidences.push(calibratedConfidence(calibration, probability)),
    });
    actor.dispose();
    expect(figuresOf(infos, playRule(env, doNothing(), SEEDS)).ratio).toBeLessThan(0.95);
    expect(unusual / looks).toBeLessThan(0.02);
    expect(confidences.every((confidence) => confidence > 0 && confidence < 1)).toBe(true);
  });
});
