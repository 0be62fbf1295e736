import { describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../../../test/support/healPolicy';
import { createEngine } from '../../../rl/engine/engines';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { recalibrated } from '../../online/recalibrate';
import { HEAL_RICH } from '../rich/richSpec';
import { LEARN_HEAL } from './learnHeal';

/** Does what the runbook advises, and says that it is hardly ever right. */
const OPTIONS = { faults: ['delay'], noFaultShare: 0 };
const CALIBRATION = { idleMargin: 1.5, actions: 100, points: [{ probability: 0.5, helped: 0.01 }] };

function judged(model: PolicyModel, episodes: number): PolicyModel {
  return recalibrated(model, createEngine('wasm'), LEARN_HEAL.playJudged(model, episodes));
}

function aPolicy(changes: Partial<PolicyModel>): PolicyModel {
  const follows = { none: { bias: 1 }, 'restart-pod': { advice_restart: 6 } };
  const policy = aHealPolicy(follows, changes, HEAL_RICH);
  return { ...policy, provenance: { ...policy.provenance, env: { name: 'heal', options: OPTIONS } } };
}

describe('a policy whose parameters have changed', () => {
  it('says of its own actions how often they help, and keeps its margin', () => {
    const before = aPolicy({ calibration: CALIBRATION });
    const { calibration } = judged(before, 60);
    expect(calibration?.idleMargin).toBe(1.5);
    expect(calibration?.actions).toBeGreaterThan(30);
    expect(calibration?.points.at(-1)?.helped).toBeGreaterThan(0.5);
  });

  it('without a calibration stays as it is', () => {
    const before = aPolicy({});
    expect(judged(before, 1)).toBe(before);
  });
});
