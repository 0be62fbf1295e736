import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLearnedScale } from '../../../../test/support/learnedScale';
import { noLoad } from '../../../metrics/loadReadings';
import type { Mode } from '../../../protocol';
import { OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { ExperienceStore } from '../../online/experienceStore';
import type { LearnResult } from '../../online/learn';
import { ScalingWorld } from '../live/testing/scalingWorld';
import { ScaleLearning } from './scaleLearning';

const SETTINGS = { enabled: true, every: 3_600_000, minTransitions: 50, shadowFor: 1_800_000 };
const COMPARISON = { difference: 0, low: 0, high: 0, worth: -1, count: 10 };
const KEPT: LearnResult = {
  ...{ candidate: 4, transitions: 60, replay: COMPARISON, simulator: COMPARISON, text: 'kept as scale/4' },
};

let folder: string;
let store: ExperienceStore;
let world: ScalingWorld;
let learning: ScaleLearning;
let mode: Mode;
let learned: number[];
let promoted: string[];
let told: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-scale-learning-'));
  store = new ExperienceStore(folder);
  [mode, learned, promoted, told] = ['approve', [], [], []];
  world = await ScalingWorld.started();
  learning = world.witness = new ScaleLearning({
    clock: world.clock,
    config: () => world.outside.settings,
    experience: () => store,
    mode: () => mode,
    steering: () => world.learned,
    policy: async (name) =>
      aLearnedScale({}, { version: name === 'scale/shipped-36-ppo' ? 'scale/100001' : name }),
    learn: async (version) => {
      learned.push(version);
      return KEPT;
    },
    promote: async (version, by) => {
      promoted.push(`scale/${version} by ${by}`);
    },
    record: (event) => told.push(event.kind === 'warning' ? event.text : event.kind),
  });
});
afterEach(() => {
  learning.learner.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('experience of scaling', () => {
  it('is what was really done, by whomever, and begins anew after missing data', async () => {
    world.config({ onlineLearning: SETTINGS });
    await world.steps(2);
    // As the HPA does it.
    world.put({ desiredReplicas: 5 });
    world.serve();
    await world.steps(1);
    world.put({ desiredReplicas: 4 });
    world.serve();
    await world.steps(2);
    const stored = () => store.newest('scale/36', 100);
    const { podChanges } = OBSERVATION_SPECS['scale/36'];
    expect(stored().map(({ action }) => podChanges[action])).toEqual([0, 2, -1, 0]);
    expect(stored().map(({ source }) => source)).toEqual(stored().map(() => 'shop/Deployment/checkout'));
    expect(stored()[2]?.state).toEqual(stored()[1]?.nextState);
    // By the seed's contract the step by two has no action.
    expect(store.count('scale/12')).toBe(3);
    expect(stored()[0]?.reward).toBeCloseTo(world.points.at(-5)?.reward ?? Number.NaN, 5);
    Object.assign(world.measured, noLoad('Prometheus does not answer'));
    await world.steps(1);
    world.measured = {};
    await world.steps(2);
    expect(stored()).toHaveLength(5);
  });

  it('is not stored while learning is off', async () => {
    await world.steps(300);
    expect([store.count('scale/36'), learned.length]).toEqual([0, 0]);
  });
});

describe('online learning of scaling', () => {
  /** Experience, a fine-tuning, and a candidate that decides in shadow until its time is over. */
  async function untilTried(): Promise<void> {
    world.config({ onlineLearning: SETTINGS });
    await world.steps(260);
  }

  it('has nothing to learn on where a rule steers and none decides in shadow', async () => {
    await untilTried();
    expect(learned).toEqual([]);
    expect(() => learning.learner.learnNow()).toThrow(
      expect.objectContaining({
        code: 'not-found',
        remedy: expect.stringContaining('scale.shadowPolicy'),
      }),
    );
  });

  it('promotes a copy of the policy that steers, which was not worse in shadow', async () => {
    world.learned = aLearnedScale();
    await untilTried();
    expect(learned).toEqual([3]);
    expect(promoted).toEqual(['scale/4 by online learning']);
    expect(told.at(-1)).toContain('steers in place of scale/3; back with: coxswain model rollback scale');
  });

  it('learns on the policy in shadow by whatever name the config has for it', async () => {
    world.config({ shadowPolicy: 'scale/shipped-36-ppo' });
    await untilTried();
    expect(learned).toEqual([100_001]);
  });

  it('leaves the promotion to a person in mode auto, and where a rule steers', async () => {
    world.config({ shadowPolicy: 'scale/3' });
    await untilTried();
    expect([learned, promoted]).toEqual([[3], []]);
    expect(told.at(-1)).toMatch(/where a rule steers a person promotes it: coxswain model promote scale 4$/);
    expect(told.filter((text) => text.includes('a person promotes it'))).toHaveLength(1);
    mode = 'auto';
    world.learned = aLearnedScale({}, { version: 'scale/9' });
    world.scaling.policySwitched();
    await world.steps(600);
    expect(promoted).toEqual([]);
    expect(told.at(-1)).toMatch(/in mode auto a person promotes it: coxswain model promote scale 4 --yes$/);
  });
});
