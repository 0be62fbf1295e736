import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createEngine } from '../../../rl/engine/engines';
import { createActor } from '../../../rl/policy/actor';
import { unusualness } from '../../../rl/policy/inputDistribution';
import { decodePolicy } from '../../../rl/policy/policyOnnx';
import { loadLearnedPace } from '../../../tasks/canary/pace/loadLearnedPace';
import { resolveTraining } from '../../../training/resolveTraining';
import { TrainConfig } from '../../../training/trainConfig';
import { createCanaryEnv } from '../canaryEnv';
import { figuresOf } from './figures';
import { TEST } from './finishPolicy';
import { byPolicy, byTheClock, playReleases } from './playReleases';

const FOLDER = join(import.meta.dirname, '../../../../policies');
const NAMES = readdirSync(FOLDER).flatMap((file) =>
  /^canary-.*\.onnx$/.test(file) ? [file.slice(0, -5)] : [],
);
const ENGINE = createEngine('wasm');
const SEEDS = { first: TEST.first, count: 300 };

it('policies of both algorithms are shipped', () => {
  expect(NAMES).toEqual(['canary-35-dqn', 'canary-35-ppo']);
});

describe.each(NAMES)('the shipped policy %s', (name) => {
  const path = join(FOLDER, `${name}.onnx`);
  const policy = decodePolicy(readFileSync(path), path);
  const { calibration, inputDistribution } = policy;

  it('can set the pace live, is small, and has a card', () => {
    expect(loadLearnedPace(policy, 'canary/1', ENGINE).spec).toBe(createCanaryEnv().spec);
    expect(statSync(path).size).toBeLessThan(150_000);
    const card = readFileSync(join(FOLDER, `${name}.md`), 'utf8');
    expect(card).toContain(`train --config policies/${name}.yaml`);
    expect(card).toContain(policy.spec);
  });

  it('was trained as its recipe says', () => {
    const recipe = TrainConfig.parse(parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8')));
    const { algorithm, env, hyperparameters, totalSteps } = resolveTraining(recipe);
    const { provenance } = policy;
    expect(provenance).toMatchObject({ algorithm, env, hyperparameters });
    expect(provenance.steps).toBeGreaterThanOrEqual(totalSteps);
    // Its last policy, not the best of a few episodes.
    expect(recipe.evaluateEvery).toBe(totalSteps);
  });

  it('exposes less than fixed steps on held-out releases, errs no more, and finds few of them unusual', () => {
    if (!calibration || !inputDistribution) throw new Error('it was not measured');
    const env = createCanaryEnv(policy.provenance.env.options);
    const actor = createActor(policy, ENGINE);
    let looks = 0;
    let unusual = 0;
    const play = byPolicy(actor, calibration.idleMargin, {
      observed: (observation) => {
        looks++;
        if (unusualness(inputDistribution, observation) > 1) unusual++;
      },
    });
    const ours = figuresOf(playReleases(env, play, SEEDS));
    actor.dispose();
    const fixed = figuresOf(playReleases(env, byTheClock, SEEDS));
    expect(ours.harmSeconds).toBeLessThan(0.8 * fixed.harmSeconds);
    expect(ours.falsePromotion).toBeLessThan(fixed.falsePromotion + 0.03);
    expect(ours.falseRollback).toBeLessThan(fixed.falseRollback + 0.03);
    expect(unusual / looks).toBeLessThan(0.02);
  });
});
