import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { checkConfig } from '../../config/parse';
import type { SearchSpace } from '../../rl/tuning/searchSpace';
import { HpaSpec } from '../../tasks/scale/hpa/hpaSpec';
import { hpaManifest, type PatchTarget, type Steerer, steeringPatch } from './patch';
import { hpaBehaviourAt, hpaTuning, LOAD_RULE_TUNINGS } from './rules';
import { anAutoscaler, cpuAt } from './testing/autoscalers';

const target = (changes: Partial<PatchTarget> = {}): PatchTarget => ({
  namespace: 'shop',
  name: 'checkout',
  isKnown: true,
  autoscaler: null,
  minReplicas: 2,
  maxReplicas: 20,
  requestShare: 1,
  setsTolerance: true,
  ...changes,
});
const TUNED = hpaBehaviourAt({ target: 0.62, tolerance: 0.02, downWindowSteps: 40, upPercent: 50 });
const Manifest = z.object({
  kind: z.string(),
  metadata: z.record(z.string(), z.string()),
  spec: z.unknown(),
});
const specOf = (yaml: string) => HpaSpec.parse(Manifest.parse(parse(yaml)).spec);

const pointsOf = (space: SearchSpace) =>
  fc.record(
    Object.fromEntries(
      space.map(({ name, low, high, integer }) => [
        name,
        integer ? fc.integer({ min: low, max: high }) : fc.double({ min: low, max: high, noNaN: true }),
      ]),
    ),
  );

describe('the manifest of a tuned HPA', () => {
  it('is one that Kubernetes takes, with what was tuned', () => {
    const yaml = hpaManifest(target(), TUNED);
    expect(Manifest.parse(parse(yaml))).toMatchObject({
      kind: 'HorizontalPodAutoscaler',
      metadata: { namespace: 'shop', name: 'checkout' },
    });
    expect(specOf(yaml)).toMatchObject({
      minReplicas: 2,
      maxReplicas: 20,
      metrics: [cpuAt(62)],
      scaleUp: {
        tolerance: 0.02,
        policies: [
          { type: 'Percent', value: 50, periodSeconds: 15 },
          { type: 'Pods', value: 2, periodSeconds: 15 },
        ],
      },
      scaleDown: { tolerance: 0.02, stabilizationWindowSeconds: 600 },
    });
  });

  it('counts by the request, also beyond 100 %', () => {
    expect(specOf(hpaManifest(target({ requestShare: 0.5 }), TUNED)).metrics).toEqual([cpuAt(124)]);
  });

  it('keeps the name and the other metrics of the one that there is', () => {
    const rps = {
      type: 'Pods',
      pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '100' } },
    };
    const autoscaler = anAutoscaler({ name: 'web', metrics: [rps, cpuAt(80)] });
    const yaml = hpaManifest(target({ autoscaler }), TUNED);
    expect(Manifest.parse(parse(yaml)).metadata.name).toBe('web');
    expect(specOf(yaml).metrics.map(({ type }) => type)).toEqual(['Resource', 'Pods']);
  });

  it('has no tolerance where the cluster knows none, and a comment that says what holds', () => {
    const yaml = hpaManifest(target({ setsTolerance: false }), hpaBehaviourAt({ tolerance: 0.1 }));
    expect(yaml).not.toMatch(/^\s+tolerance/m);
    expect(yaml).toMatch(/^# An HPA of this cluster has no tolerance of its own.*10 %/m);
  });

  it('is a ScaledObject where KEDA scales, with its other triggers', () => {
    const metrics = [
      { type: 'cpu', metadata: { value: '70' } },
      { type: 'cron', metadata: { start: '0 8 * * *' } },
    ];
    const yaml = hpaManifest(target({ autoscaler: anAutoscaler({ kind: 'keda', metrics }) }), TUNED);
    expect(parse(yaml)).toMatchObject({
      kind: 'ScaledObject',
      spec: {
        triggers: [{ type: 'cpu', metricType: 'Utilization', metadata: { value: '62' } }, { type: 'cron' }],
        advanced: {
          horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } },
        },
      },
    });
  });

  it('is valid for all settings that may be found', () => {
    fc.assert(
      fc.property(
        pointsOf(hpaTuning(true).space),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (point, requestShare) => {
          const spec = specOf(hpaManifest(target({ requestShare }), hpaBehaviourAt(point)));
          expect(spec.scaleUp.policies).toHaveLength(2);
        },
      ),
    );
  });
});

/** The objects of a patch: coxswain.yaml as its own check reads it, and the manifest of the HPA, if there is one. */
function partsOf(patch: string) {
  const [lines = '', manifest] = patch.split(/^---$/m);
  const { config, problems } = checkConfig(lines);
  expect(problems).toEqual([]);
  return { config, hpa: manifest === undefined ? null : specOf(manifest) };
}

describe('the lines that let Coxswain scale', () => {
  const steering = (steerer: Steerer) => ({ violationPrice: 20, steerer });
  const anyRule = steering({ kind: 'rule', name: 'predictive' });

  it('are a valid config, with the tuned HPA as the fallback', () => {
    const { config, hpa } = partsOf(steeringPatch(target(), TUNED, anyRule));
    expect(config?.scale.policy).toBe('predictive');
    expect(config?.workloads['shop/checkout']?.scale).toEqual({
      ...{ steering: 'own', violationPrice: 20, minReplicas: 2, maxReplicas: 20 },
    });
    expect(hpa?.metrics).toEqual([cpuAt(62)]);
  });

  it('have no manifest where the HPA that there is stays, and say so', () => {
    const patch = steeringPatch(target(), null, anyRule);
    expect(partsOf(patch).hpa).toBeNull();
    expect(patch).toMatch(/^# The HPA stays as it is/m);
  });

  it('are to be filled in where the workload is not known', () => {
    const patch = steeringPatch(target({ isKnown: false }), null, anyRule);
    expect(patch).toMatch(/^# Fill in namespace and name/m);
  });

  it('say how a learned policy is made to steer, as the command takes it', () => {
    const yaml = steeringPatch(target(), TUNED, steering({ kind: 'learned', promote: 'scale/3' }));
    expect(yaml).toMatch(/coxswain model promote scale 3$/m);
    expect(partsOf(yaml).config?.workloads['shop/checkout']?.scale?.rule).toBeUndefined();
  });

  it.each(LOAD_RULE_TUNINGS)(
    'are a valid config for all settings of it that may be found: $title',
    (tuning) => {
      const { space, configOf } = tuning;
      fc.assert(
        fc.property(pointsOf(space), (point) => {
          const rule = configOf(point);
          const { config } = partsOf(steeringPatch(target(), null, steering({ kind: 'tuned-rule', rule })));
          expect(config?.workloads['shop/checkout']?.scale?.rule).toEqual(rule);
        }),
      );
    },
  );
});
