import { describe, expect, it } from 'vitest';
import type { ScalingState } from '../protocol';
import { isTakenOver, scalerTitle } from './scaler';

function state(handover: ScalingState['autoscalers'][number]['handover']): ScalingState {
  return {
    id: 'coxswain-sim-learned/Deployment/frontend',
    steering: 'own',
    handedBack: null,
    autoscalers: [
      {
        kind: 'hpa',
        name: 'frontend',
        uid: 'u',
        minReplicas: 2,
        maxReplicas: 15,
        targetUtilisation: 0.7,
        metrics: 'cpu 70 %',
        desiredReplicas: 2,
        problem: '',
        handover,
      },
    ],
    gitOps: null,
    policy: { name: 'predictive', version: '1', sinceMs: 0 },
    shadow: null,
    observationSpec: 'scale/36',
    violationPrice: 20,
    minReplicas: 2,
    maxReplicas: 15,
    status: '',
    problem: null,
  };
}

describe('the scaler of a simulation', () => {
  const own = { how: 'own', by: 'auto', sinceMs: 0, ours: true } as const;

  it('has taken over where its own note is on the HPA', () => {
    expect(isTakenOver(state(own))).toBe(true);
    expect(isTakenOver(state({ ...own, ours: false }))).toBe(false);
    expect(isTakenOver(state({ ...own, how: 'advise' }))).toBe(false);
    expect(isTakenOver(state(null))).toBe(false);
    expect(isTakenOver(null)).toBe(false);
  });

  it('is not called learned where a rule decides', () => {
    const by = (name: string) => scalerTitle({ policy: { name, version: '2', sinceMs: 0 } });
    expect(by('quantile')).toBe('scaler by the rule quantile');
    expect(by('scale-36-ppo')).toBe('learned scaler (scale-36-ppo 2)');
  });
});
