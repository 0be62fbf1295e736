import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { ConfigSchema } from '../../config/schema';
import { HpaSpec } from '../../tasks/scale/hpa/hpaSpec';
import { hpaManifest, type PatchTarget, steeringPatch } from './patch';
import { hpaBehaviourAt, hpaTuning } from './rules';
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
    const { space } = hpaTuning(true);
    const settings = fc.record(
      Object.fromEntries(
        space.map(({ name, low, high, integer }) => [
          name,
          integer ? fc.integer({ min: low, max: high }) : fc.double({ min: low, max: high, noNaN: true }),
        ]),
      ),
    );
    fc.assert(
      fc.property(settings, fc.double({ min: 0.05, max: 1, noNaN: true }), (point, requestShare) => {
        const spec = specOf(hpaManifest(target({ requestShare }), hpaBehaviourAt(point)));
        expect(spec.scaleUp.policies).toHaveLength(2);
      }),
    );
  });
});

describe('the lines that let Coxswain scale', () => {
  it('are a valid config, with the tuned HPA as the fallback', () => {
    const how = { violationPrice: 20, rule: 'predictive', promote: null };
    const [config, hpa] = parseAllDocuments(steeringPatch(target(), TUNED, how)).map((document) =>
      document.toJS(),
    );
    expect(ConfigSchema.parse(config)).toMatchObject({
      scale: { policy: 'predictive' },
      workloads: {
        'shop/checkout': { scale: { steering: 'own', violationPrice: 20, minReplicas: 2, maxReplicas: 20 } },
      },
    });
    expect(HpaSpec.parse(Manifest.parse(hpa).spec).metrics).toEqual([cpuAt(62)]);
  });

  it('say how a learned policy is made to steer', () => {
    const yaml = steeringPatch(target(), TUNED, { violationPrice: 20, rule: null, promote: 'scale/3' });
    expect(yaml).toMatch(/coxswain model promote scale\/3/);
  });
});
