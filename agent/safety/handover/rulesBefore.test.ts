import { describe, expect, it } from 'vitest';
import { anAutoscaler, aTakenOver, cpuMetric, STAMP } from '../testing/autoscalers';
import { rulesBeforeHandover } from './rulesBefore';
import { advised } from './states';

const BEHAVIOR = { scaleDown: { stabilizationWindowSeconds: 60 } };
const OWN = { minReplicas: 2, maxReplicas: 10, metrics: [cpuMetric(70)], behavior: BEHAVIOR };

describe('what an autoscaler goes by without Coxswain', () => {
  const free = anAutoscaler({ behavior: BEHAVIOR });
  const cases = [
    ['nobody has changed it', free],
    ['it is taken over', aTakenOver({ behavior: BEHAVIOR })],
    ['it is advised', advised(free, 7, STAMP)],
    ['its note cannot be read', { ...free, handover: 'broken' as const }],
  ] as const;
  for (const [when, autoscaler] of cases) {
    it(`is its own where ${when}`, () => expect(rulesBeforeHandover(autoscaler)).toEqual(OWN));
  }

  it('has one pod at least where nothing else was said', () => {
    const advice = advised(free, 7, STAMP);
    const { handover } = advice;
    if (handover === null || handover === 'broken') throw new Error('it is not advised');
    const unset = { ...handover, original: { ...handover.original, minReplicas: null } };
    expect(rulesBeforeHandover({ ...advice, handover: unset }).minReplicas).toBe(1);
  });

  it('are no metrics of an HPA where KEDA scales', () => {
    for (const keda of [anAutoscaler({ kind: 'keda' }), aTakenOver({ kind: 'keda' })]) {
      expect(rulesBeforeHandover(keda).metrics).toBeNull();
    }
  });
});
