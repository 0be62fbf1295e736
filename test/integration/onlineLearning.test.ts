import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyModel } from '../../agent/rl/policy/policyModel';
import { modelsDirectory } from '../../agent/server/stateDirectory';
import { HEAL_RICH } from '../../agent/tasks/heal/rich/richSpec';
import { ExperienceStore } from '../../agent/tasks/online/experienceStore';
import { FINE_TUNE } from '../../agent/tasks/online/fineTune';
import { learn } from '../../agent/tasks/online/learn';
import { ModelStore } from '../../agent/training/modelStore';
import { EXPERIENCE_ENV, healExperience } from '../support/healExperience';
import { aHealPolicy } from '../support/healPolicy';
import { SCALE_EXPERIENCE_ENV, scaleExperience } from '../support/scaleExperience';
import { aScalePolicy } from '../support/scalePolicy';

let folder: string;
let store: ModelStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-learning-'));
  store = new ModelStore(modelsDirectory(folder), () => 1);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function policyFor(spec: typeof HEAL_RICH, weights: Parameters<typeof aHealPolicy>[0]): PolicyModel {
  const policy = aHealPolicy(weights, {}, spec);
  return { ...policy, provenance: { ...policy.provenance, env: { name: 'heal', options: EXPERIENCE_ENV } } };
}

const request = (version: number) => ({
  ...{ task: 'heal' as const, stateDirectory: folder, policiesDirectory: join(folder, 'none') },
  ...{ version, seed: 3, episodes: 40 },
  ...{ codeVersion: '0.1.0', nowMs: 1_800_000_000_000 },
});
/** Without hidden layers there is further to go. */
const SETTINGS = { ...FINE_TUNE, learningRate: 3e-3, critic: { ...FINE_TUNE.critic, steps: 2000 } };

describe('fine-tuning on stored experience', () => {
  it('keeps a candidate that is not worse, as a version that knows where it came from', async () => {
    const experienced = new ExperienceStore(folder);
    experienced.add(healExperience(60));
    experienced.close();
    // It waits too long: most of the time it does nothing about a pod that the runbook would restart.
    const hesitant = { none: { bias: 2.2 }, 'restart-pod': { advice_restart: 2 } };
    const version = store.add('heal', policyFor(HEAL_RICH, hesitant));
    const before = store.load('heal', version).parameters.slice();
    const result = await learn(request(version), SETTINGS);
    expect(result.text).toContain(`kept as heal/${result.candidate}, not worse than heal/1`);
    expect(result.candidate).toBe(2);
    expect(store.load('heal', 2).provenance).toMatchObject({
      parent: 'heal/1',
      createdAtMs: 1_800_000_000_000,
    });
    expect(store.load('heal', 2).parameters).not.toEqual(before);
    expect(store.load('heal', 1).parameters).toEqual(before);
    expect(store.promotions('heal').active).toBeNull();
  });

  it('throws a candidate away that the simulator finds worse, whatever the experience says', async () => {
    // Somebody has added experience in which doing nothing is the best there is.
    const lies = healExperience(40).map((each) => ({ ...each, reward: each.action === 0 ? 1 : -20 }));
    const misled = new ExperienceStore(folder);
    misled.add(lies);
    misled.close();
    const good = { none: { bias: 2 }, 'restart-pod': { advice_restart: 2.6 } };
    const version = store.add('heal', policyFor(HEAL_RICH, good));
    const result = await learn(request(version), { ...SETTINGS, learningRate: 1e-2, mostChange: 6 });
    expect(result.simulator.high).toBeLessThan(0);
    expect(result.candidate).toBeNull();
    expect(result.text).toContain('refused, for it is worse than heal/1');
    expect(store.list('heal')).toHaveLength(1);
  });

  it('says so where there is no experience by the policy’s contract', async () => {
    const version = store.add('heal', policyFor(HEAL_RICH, {}));
    await expect(learn(request(version), SETTINGS)).rejects.toThrow(/experience/);
  });

  it('keeps a scaler that has learned from what an HPA and chance have done', async () => {
    const experienced = new ExperienceStore(folder);
    experienced.add(scaleExperience(12));
    experienced.close();
    // It waits too long before it adds a pod.
    const hesitant = { 0: { bias: 1.6 }, 1: { loadPerPod: 2 }, [-1]: { loadPerPod: -2 } };
    const policy = aScalePolicy('scale/36', hesitant);
    const env = { name: 'scale', options: SCALE_EXPERIENCE_ENV };
    const version = store.add('scale', { ...policy, provenance: { ...policy.provenance, env } });
    const quick = { ...SETTINGS, steps: 800, critic: { ...SETTINGS.critic, steps: 1000 } };
    const result = await learn({ ...request(version), task: 'scale', episodes: 12 }, quick);
    expect(result.text).toContain('kept as scale/2, not worse than scale/1');
    expect(result.simulator.low).toBeGreaterThan(0);
    expect(store.load('scale', 2).provenance.parent).toBe('scale/1');
  });
});
