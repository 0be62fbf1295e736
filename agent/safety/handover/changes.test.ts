import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { reduceHpa, reduceScaledObject } from '../../cluster/model/autoscaler';
import { HANDOVER } from '../../cluster/model/handoverNote';
import type { Autoscaler } from '../../cluster/snapshot';
import type { Write } from '../change';
import { anAutoscaler, aTakenOver, cpuMetric, objectOf, STAMP } from '../testing/autoscalers';
import { adviseChange, handBackChange, takeOverChange } from './changes';
import { handedBack, isIntact, KEDA_PAUSED } from './states';

type Change = NonNullable<ReturnType<typeof handBackChange>>;

/** As the API server applies it: an annotation map without annotations is none. */
function applied(object: object, write: Write): Autoscaler {
  if (write.verb !== 'json-patch') throw new Error('no patch');
  const document = structuredClone(object);
  const after = jsonPatch.applyPatch(document, write.operations as Operation[], true).newDocument as {
    metadata: { annotations?: object };
  };
  const { annotations } = after.metadata;
  if (annotations && Object.keys(annotations).length === 0) delete after.metadata.annotations;
  return write.resource.plural === 'scaledobjects'
    ? reduceScaledObject(after).autoscaler
    : reduceHpa(after).autoscaler;
}

function inverseOf({ inverse }: Change): Write {
  if (inverse.kind === 'none') throw new Error(inverse.why);
  return inverse.write;
}

function givenBack(autoscaler: Autoscaler): Autoscaler {
  const change = handBackChange(autoscaler, 'shop');
  if (!change) throw new Error('nothing to hand back');
  return applied(objectOf(autoscaler), change.write);
}

const selectPolicy = fc.constantFrom('Max', 'Min', 'Disabled');
const scalingRules = fc.record(
  {
    stabilizationWindowSeconds: fc.nat(3600),
    selectPolicy,
    policies: fc.array(
      fc.record({
        type: fc.constantFrom('Pods', 'Percent'),
        value: fc.integer({ min: 1, max: 100 }),
        periodSeconds: fc.integer({ min: 1, max: 1800 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    tolerance: fc.constantFrom('50m', '100m'),
  },
  { requiredKeys: [] },
);
const behavior = fc.option(
  fc.record({ scaleUp: scalingRules, scaleDown: scalingRules }, { requiredKeys: [] }),
  { nil: null },
);
const percent = fc.integer({ min: 1, max: 200 });
const utilisation = percent.map((averageUtilization) => ({ type: 'Utilization', averageUtilization }));
const target = fc.oneof(utilisation, fc.constantFrom({ type: 'AverageValue', averageValue: '500m' }));
const metric = fc.oneof(
  fc.record({
    type: fc.constant('Resource'),
    resource: fc.record({ name: fc.constantFrom('cpu', 'memory'), target }),
  }),
  fc.record({
    type: fc.constant('ContainerResource'),
    containerResource: fc.record({
      name: fc.constant('cpu'),
      container: fc.constantFrom('app', 'side'),
      target,
    }),
  }),
  fc.record({
    type: fc.constant('Pods'),
    pods: fc.record({
      metric: fc.record({ name: fc.constantFrom('requests', 'queue') }),
      target: fc.constant({ type: 'AverageValue', averageValue: '100' }),
    }),
  }),
  fc.record({
    type: fc.constant('External'),
    external: fc.record({
      metric: fc.record({
        name: fc.constant('lag'),
        selector: fc.constantFrom({}, { matchLabels: { a: 'b' } }),
      }),
      target: fc.constantFrom({ type: 'Value', value: '30' }, { type: 'AverageValue', averageValue: '3' }),
    }),
  }),
);
const annotations = fc.dictionary(fc.constantFrom('team', 'example.com/a~b', 'note'), fc.string(), {
  maxKeys: 2,
});
const hpa = fc
  .record({
    minReplicas: fc.integer({ min: 1, max: 5 }),
    maxReplicas: fc.integer({ min: 5, max: 20 }),
    metrics: fc.array(metric, { minLength: 1, maxLength: 4 }),
    behavior,
    annotations,
  })
  .map((changes) => anAutoscaler({ ...changes, annotated: Object.keys(changes.annotations).length > 0 }));
const net = fc.double({ min: 0.5, max: 1, noNaN: true });

const requestsMetric = {
  type: 'Pods',
  pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '100' } },
};

/** As somebody leaves CPU targets who has edited them. */
function retargeted(metrics: readonly unknown[], averageUtilization: number): unknown {
  const text = JSON.stringify(metrics);
  return JSON.parse(text.replace(/"averageUtilization":\d+/g, `"averageUtilization":${averageUtilization}`));
}

/** Whatever their targets are. */
function sources(autoscaler: Autoscaler): string[] {
  return metricsOf(retargetedOf(autoscaler)).map((metric) => JSON.stringify(metric));
}

function retargetedOf(autoscaler: Autoscaler): Autoscaler {
  return { ...autoscaler, metrics: retargeted(metricsOf(autoscaler), 1) };
}

function metricsOf({ metrics }: Autoscaler): readonly unknown[] {
  return Array.isArray(metrics) ? metrics : [];
}

/** What may not be lost: the whole object, but for its version. */
function seen(autoscaler: Autoscaler): object {
  return reduceHpa(objectOf(autoscaler)).autoscaler;
}

describe('a take-over', () => {
  it('leaves any HPA just as it was, once it is handed back, by the hand-back and by its own inverse', () => {
    fc.assert(
      fc.property(hpa, net, (before, netUtilisation) => {
        const change = takeOverChange(before, 'shop', { ...STAMP, netUtilisation });
        const during = applied(objectOf(before), change.write);
        expect(during.handover).toMatchObject({ how: 'own', agent: STAMP.agent });
        expect(isIntact(during)).toBe(true);
        expect(givenBack(during)).toEqual(seen(before));
        expect(applied(objectOf(during), inverseOf(change))).toEqual(seen(before));
      }),
      { numRuns: 200 },
    );
  }, 30_000);

  it('never lets any HPA scale down, and never raises what wants more pods than the net', () => {
    fc.assert(
      fc.property(hpa, net, (before, netUtilisation) => {
        const during = applied(
          objectOf(before),
          takeOverChange(before, 'shop', { ...STAMP, netUtilisation }).write,
        );
        expect(during.behavior).toMatchObject({ scaleDown: { selectPolicy: 'Disabled' } });
        expect(during.targetUtilisation ?? 1).toBeGreaterThanOrEqual(
          Math.min(1, Math.round(netUtilisation * 100) / 100),
        );
        expect([during.minReplicas, during.maxReplicas]).toEqual([before.minReplicas, before.maxReplicas]);
      }),
    );
  }, 30_000);

  it('leaves any HPA that goes by CPU utilisation no other metric, by which it would undo steps down', () => {
    fc.assert(
      fc.property(hpa, (before) => {
        const { metrics } = aTakenOver({
          ...before,
          metrics: [requestsMetric, ...metricsOf(before), cpuMetric(70)],
        });
        expect(JSON.stringify(metrics)).not.toMatch(/requests|memory|AverageValue|"Value"/);
        expect(metrics).toContainEqual(cpuMetric(90));
      }),
    );
  }, 30_000);

  it('raises the CPU target to the net, and writes out what the API server would fill in', () => {
    const { metrics, behavior: rules } = aTakenOver({
      metrics: [cpuMetric(70), cpuMetric(95), requestsMetric],
    });
    expect(metrics).toEqual([cpuMetric(90), cpuMetric(95)]);
    expect(rules).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Pods', value: 4, periodSeconds: 15 },
          { type: 'Percent', value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: { selectPolicy: 'Disabled', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
    });
  });

  it('disables both directions where nothing goes by CPU utilisation', () => {
    const memory = {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } },
    };
    const { metrics, behavior: rules } = aTakenOver({ metrics: [memory] });
    expect(metrics).toEqual([memory]);
    expect(rules).toMatchObject({
      scaleUp: { selectPolicy: 'Disabled' },
      scaleDown: { selectPolicy: 'Disabled' },
    });
  });

  it('notes on it all that it was', () => {
    const note = JSON.parse(aTakenOver({}, { by: 'ada', atMs: 5 }).annotations[HANDOVER] ?? '');
    expect(note).toEqual({
      how: 'own',
      by: 'ada',
      atMs: 5,
      agent: 'agent-1',
      original: { minReplicas: 2, metrics: [cpuMetric(70)], behavior: null, annotations: {} },
      set: { minReplicas: null, cpuPercent: 90 },
    });
  });

  const changed: [string, Partial<Autoscaler>][] = [
    ['was made anew', { uid: 'another' }],
    ['was written to since', { resourceVersion: '8' }],
    ['has another target', { metrics: [cpuMetric(60)] }],
  ];
  it.each(changed)('is refused where the HPA %s', (_, changes) => {
    const { write } = takeOverChange(anAutoscaler(), 'shop', STAMP);
    expect(() => applied(objectOf(anAutoscaler(changes)), write)).toThrow();
  });

  it.each([undefined, 'false'])('pauses a ScaledObject (before: %s), and lets it go on', (paused) => {
    const was: Record<string, string> = paused === undefined ? {} : { [KEDA_PAUSED]: paused };
    const before = anAutoscaler({ kind: 'keda', annotations: was, annotated: paused !== undefined });
    const change = takeOverChange(before, 'shop', STAMP);
    expect(change.write.resource).toMatchObject({ apiVersion: 'keda.sh/v1alpha1', plural: 'scaledobjects' });
    const during = applied(objectOf(before), change.write);
    expect(during.annotations[KEDA_PAUSED]).toBe('true');
    expect(givenBack(during)).toEqual(reduceScaledObject(objectOf(before)).autoscaler);
  });
});

describe('advice', () => {
  it.each(['hpa', 'keda'] as const)(
    'moves the minimum of a %s again and again, and leaves it as it was',
    (kind) => {
      const before = anAutoscaler({ kind, minReplicas: kind === 'keda' ? 0 : 2 });
      const first = adviseChange(before, 'shop', 4, STAMP);
      const once = applied(objectOf(before), first.write);
      const second = adviseChange(once, 'shop', 6, { ...STAMP, by: 'somebody' });
      const twice = applied(objectOf(once), second.write);
      expect([once.minReplicas, twice.minReplicas]).toEqual([4, 6]);
      expect(twice.handover).toMatchObject({ by: 'auto', original: { minReplicas: before.minReplicas } });
      expect(applied(objectOf(twice), inverseOf(second))).toEqual(once);
      expect(givenBack(twice)).toEqual(
        (kind === 'hpa' ? reduceHpa : reduceScaledObject)(objectOf(before)).autoscaler,
      );
    },
  );
});

describe('a hand-back', () => {
  it('is nothing where nothing is noted, or nothing that can be read', () => {
    expect(handBackChange(anAutoscaler(), 'shop')).toBeNull();
    expect(
      handBackChange(anAutoscaler({ handover: 'broken', annotations: { [HANDOVER]: '{' } }), 'shop'),
    ).toBeNull();
  });

  it('is refused where the note is another one by then', () => {
    const change = handBackChange(aTakenOver(), 'shop');
    const later = aTakenOver({}, { atMs: 9 });
    expect(() =>
      applied(objectOf(later), change?.write ?? takeOverChange(later, 'shop', STAMP).write),
    ).toThrow();
  });

  const edits: [string, Partial<Autoscaler>, Partial<Autoscaler>][] = [
    ['the target', { metrics: [cpuMetric(50)] }, { metrics: [cpuMetric(50)], behavior: null }],
    [
      'a metric more',
      { metrics: [cpuMetric(90), { type: 'Pods' }] },
      { metrics: [cpuMetric(70), { type: 'Pods' }], behavior: null },
    ],
    ['the maximum', { maxReplicas: 30 }, { maxReplicas: 30, metrics: [cpuMetric(70)], behavior: null }],
    [
      'the pace, so that only what keeps it from scaling goes',
      {
        behavior: { scaleUp: { selectPolicy: 'Min' }, scaleDown: { selectPolicy: 'Disabled', policies: [] } },
      },
      {
        metrics: [cpuMetric(70)],
        behavior: { scaleUp: { selectPolicy: 'Min' }, scaleDown: { selectPolicy: 'Max', policies: [] } },
      },
    ],
    [
      'that it scales down again',
      { behavior: { scaleDown: { selectPolicy: 'Max' } } },
      { behavior: { scaleDown: { selectPolicy: 'Max' } } },
    ],
    ['all of the behavior, away', { behavior: null }, { behavior: null }],
  ];
  it.each(edits)('keeps what somebody has changed since: %s', (_, edit, left) => {
    const edited = { ...aTakenOver(), ...edit };
    expect(isIntact(edited)).toBe(edit.maxReplicas !== undefined);
    expect(handBackChange(edited, 'shop')?.description).toContain(
      edit.maxReplicas === undefined ? 'somebody has changed since' : 'hand back to HPA checkout',
    );
    const after = givenBack(edited);
    expect(after).toMatchObject({ ...left, handover: null });
    expect(after.annotations).toEqual({});
  });

  const others = [
    requestsMetric,
    {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } },
    },
  ];
  const fewerRequests = {
    ...requestsMetric,
    pods: { ...requestsMetric.pods, target: { type: 'AverageValue', averageValue: '7' } },
  };
  it.each<[string, (taken: Autoscaler) => Partial<Autoscaler>, unknown[]]>([
    [
      'the pace',
      () => ({ behavior: { scaleUp: { selectPolicy: 'Min' } } }),
      [others[0], cpuMetric(70), others[1]],
    ],
    ['the target', () => ({ metrics: [cpuMetric(50)] }), [cpuMetric(50), ...others]],
    ['that there is a net', () => ({ metrics: null }), others],
    [
      'one of them anew',
      () => ({ metrics: [fewerRequests, cpuMetric(90)] }),
      [fewerRequests, cpuMetric(70), others[1]],
    ],
    [
      'by an older Coxswain, which left them all',
      () => ({ metrics: [others[0], cpuMetric(90), others[1]] }),
      [others[0], cpuMetric(70), others[1]],
    ],
  ])('gives back the metrics that were left out, where somebody has changed %s', (_, edit, metrics) => {
    const taken = aTakenOver({ metrics: [others[0], cpuMetric(70), others[1]] });
    expect(givenBack({ ...taken, ...edit(taken) }).metrics).toEqual(metrics);
  });

  it('of any HPA with several metrics, of which anybody has edited the targets left, loses none', () => {
    fc.assert(
      fc.property(hpa, percent, (before, edited) => {
        const taken = aTakenOver(before);
        const after = givenBack({ ...taken, metrics: retargeted(metricsOf(taken), edited) });
        expect(sources(after).toSorted()).toEqual(sources(before).toSorted());
      }),
    );
  }, 30_000);

  it('keeps a minimum that somebody has set while it was advised, and never asks for one above the maximum', () => {
    const set = applied(objectOf(anAutoscaler()), adviseChange(anAutoscaler(), 'shop', 4, STAMP).write);
    expect(givenBack({ ...set, minReplicas: 5 }).minReplicas).toBe(5);
    const high = anAutoscaler({ minReplicas: 6 });
    const lowered = applied(objectOf(high), adviseChange(high, 'shop', 3, STAMP).write);
    expect(givenBack({ ...lowered, maxReplicas: 4 }).minReplicas).toBe(4);
  });

  it('keeps a ScaledObject that somebody lets go on in their own way', () => {
    const during = aTakenOver({ kind: 'keda' });
    const edited = { ...during, annotations: { ...during.annotations, [KEDA_PAUSED]: 'false' } };
    expect(givenBack(edited).annotations).toEqual({ [KEDA_PAUSED]: 'false' });
  });

  it('of any HPA that anybody has edited in any way always takes the note away, and nothing keeps it from scaling down that was not there', () => {
    fc.assert(
      fc.property(hpa, hpa, fc.boolean(), fc.boolean(), (before, edit, ofMetrics, ofBehavior) => {
        const during = aTakenOver(before);
        const edited = {
          ...during,
          ...(ofMetrics ? { metrics: edit.metrics } : {}),
          ...(ofBehavior ? { behavior: edit.behavior } : {}),
        };
        const after = givenBack(edited);
        expect(after.handover).toBeNull();
        expect(handedBack(after)).toBeNull();
        if (!ofMetrics) expect(after.metrics).toEqual(before.metrics);
        if (!ofBehavior) expect(after.behavior).toEqual(before.behavior);
      }),
    );
  }, 30_000);
});
