import { describe, expect, it } from 'vitest';
import { assumedFit } from '../evaluate/calibrate/fit';
import { ruleArm } from '../evaluate/taskArms';
import { fixedReplicas } from '../sim/scale/baselines/simple';
import { PaceSettings } from '../sim/scale/pace';
import type { ScaleEnv } from '../sim/scale/scaleEnv';
import { renderSavings } from './renderSavings';
import { type SavingsArm, savings } from './savings';

const HOUR_STEPS = 240;
const { domain } = assumedFit({ podCapacity: 100, serviceSeconds: null, startupSeconds: 30 });

function fixed(count: number): SavingsArm {
  const act = (env: ScaleEnv, pods: number) => env.scaleTo(pods);
  const arm = { arm: ruleArm<ScaleEnv>(fixedReplicas(count), act), spec: 'scale/36', isPaced: false };
  return { title: `${count} pods`, arm };
}

const calculated = (current: number, proposed: number, millionRequests = 0) =>
  savings({
    title: 'an hour of 200 requests/s',
    load: new Float32Array(HOUR_STEPS).fill(200),
    deployment: { domain, minReplicas: 1, maxReplicas: 20, guard: PaceSettings.parse({}) },
    current: fixed(current),
    proposed: fixed(proposed),
    violationPrice: 20,
    podPerHour: 0.1,
    millionRequests,
    currency: 'EUR',
    warnings: ['a price is missing'],
  });

describe('the savings of another way to scale', () => {
  it('are the difference of what the pods cost', () => {
    const { current, proposed, saved30d, hours, text } = calculated(10, 6);
    expect(hours).toBe(1);
    expect(current.meanPods).toBeCloseTo(10, 6);
    expect(current.projected30d).toBeCloseTo(10 * 0.1 * 720, 6);
    expect(proposed.projected30d).toBeCloseTo(6 * 0.1 * 720, 6);
    expect(saved30d).toBeCloseTo(288, 6);
    expect(text).toMatch(/^In place of 10 pods, 6 pods saves 288\.00 EUR in 30 days \(40 %\), with 0\.0/);
  });

  it('say what they break', () => {
    const { current, proposed, text } = calculated(10, 1);
    expect(current.violatedShare).toBeLessThan(0.01);
    expect(proposed.violatedShare).toBeGreaterThan(0.5);
    expect(text).toMatch(/of the requests late or failed, against 0\.0/);
    // What is served in time costs more though the pods are cheaper.
    expect(proposed.costPerMillionGood ?? 0).toBeGreaterThan(0);
  });

  it('may be negative, or none', () => {
    expect(calculated(6, 10).text).toContain('10 pods costs 288.00 EUR more in 30 days (67 %)');
    expect(calculated(6, 6).text).toContain('costs the same');
  });

  it('have what is paid by the request in both', () => {
    const { current, saved30d } = calculated(10, 6, 5);
    expect(saved30d).toBeCloseTo(288, 6);
    // 0.72 million requests an hour, up to chance.
    expect(current.costPerHour).toBeGreaterThan(1 + 0.7 * 5);
    expect(current.costPerHour).toBeLessThan(1 + 0.74 * 5);
  });

  it('are a text in each format', () => {
    const result = calculated(10, 6);
    expect(renderSavings(result, 'md')).toContain('| now: 10 pods | 10.00 |');
    expect(renderSavings(result, 'md')).toContain('- a price is missing');
    expect(renderSavings(result, 'csv').split('\r\n')[2]).toMatch(/^proposed,6 pods,1,EUR,6,/);
    expect(renderSavings(result, 'html')).toMatch(/<!DOCTYPE html>[\s\S]*saves 288\.00 EUR/);
  });
});
