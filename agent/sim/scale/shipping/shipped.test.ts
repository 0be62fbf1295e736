import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createEngine } from '../../../rl/engine/engines';
import { createActor } from '../../../rl/policy/actor';
import { contractDifference } from '../../../rl/policy/contract';
import { unusualness } from '../../../rl/policy/inputDistribution';
import { decodePolicy } from '../../../rl/policy/policyOnnx';
import { resolveTraining } from '../../../training/resolveTraining';
import { TrainConfig } from '../../../training/trainConfig';
import { doNothing } from '../baselines/simple';
import { createScaleEnv } from '../scaleEnv';
import { figuresOf, meanRatio } from './figures';
import { TEST } from './finishPolicy';
import { playPolicy, playRule } from './playEpisodes';

const FOLDER = join(import.meta.dirname, '../../../../policies');
const NAMES = readdirSync(FOLDER).flatMap((file) =>
  /^scale-.*\.onnx$/.test(file) ? [file.slice(0, -5)] : [],
);
const SEEDS = { first: TEST.first, count: 30 };

describe.each(NAMES)('the shipped policy %s', (name) => {
  const path = join(FOLDER, `${name}.onnx`);
  const policy = decodePolicy(readFileSync(path), path);
  const { calibration, inputDistribution } = policy;

  it('fits its env, is small, and has a card', () => {
    expect(contractDifference(policy, createScaleEnv(policy.provenance.env.options))).toBeNull();
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

  it('costs less than doing nothing on held-out episodes, and finds few of them unusual', () => {
    if (!calibration || !inputDistribution) throw new Error('it was not measured');
    const actor = createActor(policy, createEngine('wasm'));
    let looks = 0;
    let unusual = 0;
    const confidences: number[] = [];
    const figures = [5, 20, 80].map((violationPrice) => {
      const env = createScaleEnv({ spec: policy.spec, violationPrice });
      const infos = playPolicy(env, actor, calibration.idleMargin, SEEDS, {
        observed: (observation) => {
          looks++;
          if (unusualness(inputDistribution, observation) > 1) unusual++;
        },
        judged: (confidence) => confidences.push(confidence),
      });
      return figuresOf(infos, playRule(env, doNothing(), SEEDS), violationPrice);
    });
    actor.dispose();
    expect(meanRatio(figures)).toBeLessThan(0.9);
    expect(unusual / looks).toBeLessThan(0.02);
    // Q-values have no scale of their own: what they come to as probabilities only ranks.
    if (policy.head === 'q-values') return;
    // What stands out by its margin is sure enough for the guard, but for what leans the other way.
    const sure = confidences.filter((confidence) => confidence >= 0.6);
    expect(sure.length / confidences.length).toBeGreaterThan(0.9);
  });
});

it('policies of scale are shipped', () => {
  expect(NAMES.length).toBeGreaterThan(0);
});
