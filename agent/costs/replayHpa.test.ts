import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import type { Autoscaler } from '../cluster/snapshot';
import { DEFAULT_CONFIG } from '../config/schema';
import { baselineHpa, replayHpa } from './replayHpa';

const METRICS = (averageUtilization: number) => [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
];
const MEMORY = {
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } },
};

function anAutoscaler(changes: Partial<Autoscaler> = {}): Autoscaler {
  return {
    kind: 'hpa',
    name: 'checkout',
    uid: 'u',
    resourceVersion: '1',
    annotations: {},
    annotated: false,
    minReplicas: 2,
    maxReplicas: 10,
    metrics: METRICS(50),
    behavior: null,
    targetUtilisation: 0.5,
    desiredReplicas: null,
    currentReplicas: null,
    conditions: [],
    gitOps: [],
    handover: null,
    ...changes,
  };
}

const baseline = (...autoscalers: Autoscaler[]) =>
  baselineHpa(aWorkload([aPod('a')], { autoscalers }), DEFAULT_CONFIG.scale);

describe('the baseline', () => {
  it('is the HPA as it is', () => {
    const { spec, text, notes } = baseline(anAutoscaler());
    expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 10, metrics: METRICS(50) });
    expect(text).toBe('HPA checkout as it is');
    expect(notes).toEqual([]);
  });

  it('is what it was before it was taken over', () => {
    const original = { minReplicas: 3, metrics: METRICS(60), behavior: null, annotations: {} };
    const handover = { how: 'own', by: 'auto', atMs: 0, agent: 'a', text: '', original } as const;
    const { spec, text } = baseline(anAutoscaler({ metrics: METRICS(90), handover }));
    expect(spec).toMatchObject({ minReplicas: 3, maxReplicas: 10, metrics: METRICS(60) });
    expect(text).toBe('HPA checkout as it was before it was taken over');
  });

  it('is the customary one where there is none', () => {
    const { spec, notes } = baseline();
    expect(spec).toMatchObject({ minReplicas: 1, maxReplicas: 100, metrics: METRICS(70) });
    expect(notes).toEqual(['It has no autoscaler.']);
  });

  it.each<[string, Partial<Autoscaler>, number, string]>([
    ['leaves out what is not CPU', { metrics: [...METRICS(50), MEMORY] }, 50, 'CPU target alone'],
    ['goes by 70 % where it went by memory', { metrics: [MEMORY] }, 70, 'does not go by CPU'],
    ['goes by 70 % where its metrics cannot be read', { metrics: 'odd' }, 70, 'does not go by CPU'],
    [
      'of a queue goes by 70 %',
      { kind: 'keda', metrics: [], targetUtilisation: null },
      70,
      'does not go by CPU',
    ],
  ])('%s, and says so', (_what, changes, target, note) => {
    const { spec, notes } = baseline(anAutoscaler(changes));
    expect(spec.metrics).toEqual(METRICS(target));
    expect(notes).toEqual([expect.stringContaining(note)]);
  });

  it('of a ScaledObject has its CPU target and at least one replica', () => {
    const { spec } = baseline(anAutoscaler({ kind: 'keda', minReplicas: 0, targetUtilisation: 0.65 }));
    expect(spec).toMatchObject({ minReplicas: 1, metrics: METRICS(65) });
  });
});

describe('the replay of an HPA', () => {
  const { spec } = baseline(anAutoscaler());
  const options = { requestCores: 1, limitCores: null, startupSeconds: 15 };
  const turn = async () => {};
  const replay = async (cores: number[], replicas: number[]) => [
    ...(await replayHpa(
      spec,
      { stepMs: 60_000, cpuCores: Float64Array.from(cores), replicas: Float64Array.from(replicas) },
      options,
      turn,
    )),
  ];

  it('holds still at its target', async () => {
    expect(await replay([2, 2, 2], [4, 4, 4])).toEqual([4, 4, 4]);
  });

  it('adds pods for a load that is twice the target within one step, up to the maximum', async () => {
    // 4 cores over 4 pods is 100 %, of which 50 % are to be held: 8 pods from the first sync on.
    expect(await replay([4, 4], [4, 4])).toEqual([8, 8]);
    expect((await replay([20, 20, 20], [4, 4, 4])).at(-1)).toBe(10);
  });

  it('takes pods away only after five minutes of less load', async () => {
    const result = await replay(Array(10).fill(1), Array(10).fill(4));
    expect(result.slice(0, 5)).toEqual([4, 4, 4, 4, 4]);
    expect(result.at(-1)).toBe(2);
  });

  it('holds where there is no data, and says nothing before the first', async () => {
    expect(await replay([Number.NaN, 2, Number.NaN, 2], [4, 4, 4, 4])).toEqual([Number.NaN, 4, 4, 4]);
    expect(await replay([Number.NaN], [4])).toEqual([Number.NaN]);
  });

  it('sees no more CPU than its pods can use', async () => {
    // 8 cores are wanted, of which 2 pods with a limit of 1 show 2: 100 % of the request, twice the target.
    const stepMs = 15_000;
    const history = { stepMs, cpuCores: Float64Array.of(8), replicas: Float64Array.of(2) };
    expect([...(await replayHpa(spec, history, { ...options, limitCores: 1 }, turn))]).toEqual([4]);
    expect([...(await replayHpa(spec, history, options, turn))]).toEqual([6]);
  });

  it('lets others have their turn, every 2000 syncs', async () => {
    let turns = 0;
    const steps = 24 * 60;
    const history = {
      stepMs: 60_000,
      cpuCores: new Float64Array(steps).fill(2),
      replicas: new Float64Array(steps).fill(4),
    };
    await replayHpa(spec, history, options, async () => turns++);
    expect(turns).toBe(3);
  });
});
