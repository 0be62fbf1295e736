import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, NOW_MS } from '../../../../test/support/builders';
import { noLoad } from '../../../metrics/loadReadings';
import { anAutoscaler, cpuMetric } from '../../../safety/testing/autoscalers';
import { HpaMirror } from './hpaMirror';
import { type Moment, measureStep } from './moment';
import {
  CLOSED_SCALE_BREAKER,
  isOpen,
  MOST_DOUBTFUL_STEPS,
  mayTakeOver,
  type ScaleBreakerEvent,
  scaleBreakerAfter,
} from './scaleBreaker';
import { autoscalerState } from './scalingState';
import { ShadowTally } from './shadowTally';
import { whyScaleUpIsVoid } from './waitingPods';

describe('what a step has led to', () => {
  const before: Moment = {
    ...{ atMs: 0, pods: 4, readyPods: 4, load: 3, violatedShare: 0.1, violationPrice: 20 },
  };
  const cases: [string, Partial<Moment>, string][] = [
    ['fewer requests are violated', { pods: 6, readyPods: 6, violatedShare: 0.01 }, 'improved'],
    ['fewer pods serve as well', { pods: 3, readyPods: 3, violatedShare: 0.1 }, 'improved'],
    ['more pods bring nothing', { pods: 6, readyPods: 6, violatedShare: 0.1 }, 'ineffective'],
    ['many more are violated with fewer pods', { pods: 3, readyPods: 3, violatedShare: 0.4 }, 'regressed'],
    ['the load has grown meanwhile', { pods: 3, readyPods: 3, violatedShare: 0.4, load: 4 }, 'ineffective'],
    ['no more are violated than by chance', { pods: 3, readyPods: 3, violatedShare: 0.04 }, 'improved'],
  ];
  for (const [what, after, outcome] of cases) {
    it(`is ${outcome} where ${what}`, () => {
      expect(measureStep(before, { ...before, ...after }).kind).toBe(outcome);
    });
  }
});

describe('the breaker of a scaled workload', () => {
  const config = { failures: 3, openFor: 600_000 };
  const breakerOf = (...events: ScaleBreakerEvent[]) =>
    events.reduce((breaker, event) => scaleBreakerAfter(breaker, event, config), CLOSED_SCALE_BREAKER);
  const blind = { kind: 'blind', atMs: 0 } as const;
  const seen = { kind: 'seen', doubtful: false, atMs: 0 } as const;
  const doubtful = { ...seen, doubtful: true };
  const harmful = { kind: 'action', event: { kind: 'harmful', atMs: 0 } } as const;

  it('opens on steps without data in a row, on harm in a row, and on doubt that lasts', () => {
    const cases: [ScaleBreakerEvent[], boolean][] = [
      [[blind, blind], false],
      [[blind, blind, blind], true],
      [[blind, blind, seen, blind], false],
      [[harmful, seen, harmful, seen], false],
      [[harmful, seen, harmful, seen, harmful], true],
      [Array.from({ length: MOST_DOUBTFUL_STEPS - 1 }, () => doubtful), false],
      [Array.from({ length: MOST_DOUBTFUL_STEPS }, () => doubtful), true],
    ];
    for (const [events, open] of cases) expect(isOpen(breakerOf(...events))).toBe(open);
  });

  it('lets take over again when its time is over, and not sooner', () => {
    const open = breakerOf(blind, blind, blind);
    expect([mayTakeOver(open, 599_999), mayTakeOver(open, 600_000)]).toEqual([false, true]);
  });
});

describe('why more replicas would come to nothing', () => {
  const pending = aPod('new', { phase: 'Pending', node: null, ready: false, createdAtMs: NOW_MS - 20_000 });
  const event = (reason: string, message: string) => ({
    ...{ atMs: NOW_MS - 1000, type: 'Warning', object: 'new', reason, message },
  });
  it('is told by what is short, or by the quota', () => {
    const cases: [ReturnType<typeof aWorkload>, string | null][] = [
      [aWorkload([aPod('a')]), null],
      [aWorkload([aPod('a'), { ...pending, createdAtMs: NOW_MS - 1000 }]), null],
      [aWorkload([aPod('a'), pending]), '1 pod pending: no node has taken them'],
      [
        aWorkload([aPod('a'), pending], {
          events: [
            event('FailedScheduling', '0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu.'),
          ],
        }),
        '1 pod pending: Insufficient memory, Insufficient cpu',
      ],
      [
        aWorkload([aPod('a')], {
          desiredReplicas: 3,
          events: [event('FailedCreate', 'pods "x" is forbidden: exceeded quota: compute, requested: cpu=1')],
        }),
        '2 pods not made: quota compute is used up',
      ],
    ];
    for (const [workload, why] of cases) expect(whyScaleUpIsVoid(workload, NOW_MS)).toBe(why);
  });
});

describe('what a second policy would have made different', () => {
  it('is told in pod-hours and minutes of overload', () => {
    const tally = new ShadowTally('scale/4');
    expect(tally.text).toBe('scale/4 has not decided yet');
    for (let step = 0; step < 240; step++) tally.add({ atMs: step * 15_000, ours: 5, others: 4, load: 4.5 });
    expect(tally.text).toBe(
      'scale/4 would have used 1.0 pod-hours less (−20 %) in 59 min, with 60.0 minutes more of overload',
    );
  });
});

describe('an autoscaler as the views show it', () => {
  it('says by what it goes, and why it cannot work', () => {
    const metrics = [
      cpuMetric(70),
      {
        type: 'Pods',
        pods: { metric: { name: 'http_requests' }, target: { type: 'AverageValue', averageValue: '100' } },
      },
    ];
    const conditions = [
      { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'no metrics' },
    ];
    expect(autoscalerState(anAutoscaler({ metrics, conditions }), 'agent-1')).toMatchObject({
      metrics: 'cpu 70 %, http_requests 100/pod',
      problem: 'no metrics',
      handover: null,
    });
    expect(autoscalerState(anAutoscaler({ kind: 'keda' }), 'agent-1').metrics).toBe('cpu');
  });
});

describe('the HPA’s algorithm beside the cluster’s', () => {
  const pods = ['a', 'b', 'c'].map((name) => aPod(name));
  const settings = { minReplicas: 2, maxReplicas: 10, metrics: [cpuMetric(70)], behavior: null };
  const input = (cores: number) => ({
    nowMs: NOW_MS,
    workload: aWorkload(pods),
    load: {
      ...noLoad('not asked'),
      windowMs: 20_000,
      cpuCores: new Map(
        pods.map(({ name }) => [name, { kind: 'fresh' as const, value: cores, atMs: NOW_MS }]),
      ),
    },
  });

  it('wants ceil(3 × 1.05 ÷ 0.7) pods at 105 % of the request', () => {
    expect(new HpaMirror().wish(input(1.05), settings)).toBe(5);
  });

  it('does not know where it has no metrics, or goes by metrics of others', () => {
    expect(new HpaMirror().wish({ ...input(1), load: noLoad('none') }, settings)).toBeNull();
    const external = [
      { type: 'External', external: { metric: { name: 'q' }, target: { type: 'Value', value: '5' } } },
    ];
    expect(new HpaMirror().wish(input(1), { ...settings, metrics: external })).toBeNull();
    expect(new HpaMirror().wish(input(1), { ...settings, maxReplicas: 1 })).toBeNull();
  });
});
