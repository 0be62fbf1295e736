import { describe, expect, it } from 'vitest';
import { ANALYSIS_RUNS, ROLLOUTS } from './definitions';
import { addTemplate, RolloutCluster, testRollout } from './testing';

const use = (templateName: string, more: Record<string, unknown> = {}) => ({
  templates: [{ templateName }],
  ...more,
});

function updating(canary: Record<string, unknown>): RolloutCluster {
  const cluster = new RolloutCluster();
  addTemplate(cluster, 'good', 0.01);
  addTemplate(cluster, 'bad', 0.2);
  addTemplate(cluster, 'unsure', 0.2, { failureCondition: 'result[0] > 0.5' });
  addTemplate(cluster, 'for-ever', 0.01, { interval: '10s' });
  addTemplate(cluster, 'soon-bad', 0, {
    interval: '10s',
    failureLimit: 2,
    provider: { prometheus: { query: 'vector(time() % 2 * 0 + 0.9)' } },
  });
  cluster.deploy({ canary });
  cluster.setImage('web:2');
  return cluster;
}

describe('an analysis step', () => {
  it('lets the Rollout go on when it is a success', () => {
    const cluster = updating({ steps: [{ setWeight: 25 }, { analysis: use('good') }] });
    cluster.until('Healthy');
    const [run] = cluster.runs;
    expect(run?.metadata).toMatchObject({
      name: `web-${cluster.status.currentPodHash}-2-1`,
      labels: {
        'rollout-type': 'Step',
        'step-index': '1',
        app: 'web',
        'rollouts-pod-template-hash': cluster.status.currentPodHash,
      },
      annotations: { 'rollout.argoproj.io/revision': '2' },
    });
    expect(run?.status).toMatchObject({
      phase: 'Successful',
      metricResults: [
        {
          name: 'errors',
          phase: 'Successful',
          successful: 1,
          count: 1,
          metadata: { ResolvedPrometheusQuery: 'vector(0.01)' },
          measurements: [{ value: '[0.01]', phase: 'Successful' }],
        },
      ],
      runSummary: { count: 1, successful: 1 },
    });
    expect(cluster.errors).toEqual([]);
  });

  it('aborts the Rollout when it fails, with the reason', () => {
    const cluster = updating({ steps: [{ setWeight: 25 }, { analysis: use('bad') }, { pause: {} }] });
    cluster.until('Degraded');
    expect(cluster.phase).toBe(
      'Degraded: RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)',
    );
    const events = cluster.eventsOf('web').filter((event) => event.startsWith('AnalysisRunFailed'));
    expect(events).toHaveLength(1);
    expect(cluster.eventsOf(cluster.runs[0]?.metadata.name ?? '')).toContain(
      'AnalysisRunFailed: Analysis Completed. Result: Failed',
    );
    cluster.patchStatus({ abort: false });
    cluster.runUntil(() => cluster.runs.length === 2);
  });

  it('pauses the Rollout when it is inconclusive, until a person decides', () => {
    const cluster = updating({ steps: [{ setWeight: 25 }, { analysis: use('unsure') }, { pause: {} }] });
    cluster.until('Paused: InconclusiveAnalysisRun');
    expect(cluster.status.canary.currentStepAnalysisRunStatus).toMatchObject({ status: 'Inconclusive' });
    cluster.patchStatus({ pauseConditions: null, controllerPause: false, currentStepIndex: 2 });
    cluster.until('Paused: CanaryPauseStep');
  });
});

describe('a background analysis', () => {
  it('begins at its step, and ends with the Rollout', () => {
    const cluster = updating({
      steps: [{ setWeight: 25 }, { pause: { duration: 5 } }, { setWeight: 50 }, { pause: {} }],
      analysis: use('for-ever', { startingStep: 2 }),
    });
    cluster.runUntil(() => cluster.status.currentStepIndex === 1);
    expect(cluster.runs).toEqual([]);
    cluster.runUntil(() => cluster.runs.length === 1);
    cluster.run(60);
    expect(cluster.status.canary.currentBackgroundAnalysisRunStatus).toMatchObject({ status: 'Running' });
    cluster.patchStatus({ pauseConditions: null });
    cluster.until('Healthy');
    cluster.run(2);
    expect(cluster.runs[0]?.status).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
    expect(cluster.status.canary.currentBackgroundAnalysisRunStatus).toBeUndefined();
  });

  it('aborts at any step', () => {
    const cluster = updating({ steps: [{ setWeight: 25 }, { pause: {} }], analysis: use('soon-bad') });
    cluster.until(
      'Degraded: RolloutAborted: Rollout aborted update to revision 2: Background analysis phase error/failed',
    );
    expect(cluster.runs[0]?.status?.metricResults).toMatchObject([{ failed: 3 }]);
  });
});

describe('a run by itself', () => {
  const create = (cluster: RolloutCluster, spec: Record<string, unknown>) =>
    cluster.store.create(ANALYSIS_RUNS, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'own', namespace: 'shop' },
      spec,
    });
  const ended = (cluster: RolloutCluster) => {
    cluster.runUntil(
      () => cluster.runs[0]?.status?.completedAt !== undefined || cluster.runs[0]?.status?.phase === 'Error',
    );
    return cluster.runs[0]?.status;
  };

  it('asks Services, and says what is missing', () => {
    const cluster = new RolloutCluster();
    create(cluster, {
      metrics: [
        {
          name: 'smoke',
          successCondition: 'result contains "OK"',
          consecutiveErrorLimit: 0,
          provider: { web: { url: 'http://nobody.shop.svc.cluster.local/health' } },
        },
      ],
    });
    expect(ended(cluster)).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining('dial tcp: lookup nobody.shop.svc.cluster.local: no such host'),
    });
  });

  it('cannot run Jobs here', () => {
    const cluster = new RolloutCluster();
    create(cluster, {
      metrics: [{ name: 'smoke', consecutiveErrorLimit: 0, provider: { job: { spec: {} } } }],
    });
    expect(ended(cluster)).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining('provider job is not supported here'),
    });
  });

  it('with missing arguments is an Error with the reason', () => {
    const cluster = new RolloutCluster();
    create(cluster, {
      metrics: [{ name: 'a', provider: { prometheus: { query: 'up{job="{{args.job}}"}' } } }],
    });
    expect(ended(cluster)).toMatchObject({
      phase: 'Error',
      message: 'Unable to resolve metric arguments: failed to resolve {{args.job}}',
    });
  });

  it('without data is tried again, and then an Error', () => {
    const cluster = new RolloutCluster();
    create(cluster, {
      metrics: [
        { name: 'a', successCondition: 'result[0] < 1', provider: { prometheus: { query: 'nothing' } } },
      ],
    });
    expect(ended(cluster)).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining(
        'consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: could not evaluate successCondition',
      ),
    });
    expect(cluster.seconds).toBeGreaterThanOrEqual(40);
  });
});

describe('a Rollout that cannot be carried out', () => {
  const invalid = (strategy: Record<string, unknown>, spec: Record<string, unknown> = {}) => {
    const cluster = new RolloutCluster();
    addTemplate(cluster, 'with-argument', 0, {}, [{ name: 'job' }]);
    cluster.store.create(ROLLOUTS, testRollout(strategy, spec));
    cluster.until('Degraded');
    return cluster;
  };
  const STRATEGY = 'spec.strategy';
  const cases: [Record<string, unknown>, string][] = [
    [
      {},
      "spec.strategy.strategy: Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
    ],
    [
      { canary: { canaryService: 'gone' } },
      `${STRATEGY}.canary.canaryService: Invalid value: "gone": service "gone" not found`,
    ],
    [
      { canary: { steps: [{ analysis: use('gone') }] } },
      `${STRATEGY}.canary.steps[0].analysis.templates: Invalid value: "gone": AnalysisTemplate 'gone' not found`,
    ],
    [
      { canary: { steps: [{ setWeight: 120 }] } },
      `${STRATEGY}.steps[0].setWeight: Invalid value: 120: SetWeight needs to be between 0 and 100`,
    ],
    [
      { canary: { steps: [{ experiment: { templates: [] } }] } },
      'the embedded cluster runs no experiments and no step plugins',
    ],
    [{ canary: { steps: [{ pause: { duration: 'soon' } }] } }, 'Duration needs to be greater than 0'],
    [
      { canary: { dynamicStableScale: true } },
      'Canary dynamicStableScale can only be used with traffic routing',
    ],
    [
      { canary: { trafficRouting: { nginx: { stableIngress: 'web' } } } },
      'Canary service and Stable service must to be set to use Traffic Routing',
    ],
    [
      { canary: { trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'gone' } } } } },
      'httproutes.gateway.networking.k8s.io "gone" not found',
    ],
    [
      { blueGreen: { activeService: 'gone' } },
      `${STRATEGY}.blueGreen.activeService: Invalid value: "gone": service "gone" not found`,
    ],
  ];

  it.each(cases)('%j', (strategy, why) => {
    const cluster = invalid(strategy);
    expect(cluster.phase).toMatch(/^Degraded: InvalidSpec: The Rollout "web" is invalid: /);
    expect(cluster.phase).toContain(why);
    expect(cluster.replicaSets()).toEqual([]);
  });

  it('has a step that would never end', () => {
    const cluster = new RolloutCluster();
    addTemplate(cluster, 'for-ever', 0, { interval: '10s' });
    cluster.store.create(ROLLOUTS, testRollout({ canary: { steps: [{ analysis: use('for-ever') }] } }));
    cluster.until('Degraded');
    expect(cluster.phase).toContain('metric errors runs indefinitely. Invalid value for count: nil');
  });

  it('lacks an argument of its template', () => {
    const cluster = invalid({ canary: { steps: [{ analysis: use('with-argument') }] } });
    expect(cluster.phase).toContain('args.job was not resolved');
  });
});
