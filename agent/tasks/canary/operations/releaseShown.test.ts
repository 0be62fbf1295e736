import { describe, expect, it } from 'vitest';
import { aFlaggerRelease, anArgoRelease } from '../../../../test/support/releaseBuilders';
import type { Release } from '../../../cluster/releases';
import { DEFAULT_CONFIG } from '../../../config/schema';
import { shownOf } from './releaseShown';

const shown = (release: Release) => shownOf(release, DEFAULT_CONFIG);
const argoStatus = (part: object) => ({ status: { ...Object(anArgoRelease().status), ...part } });
const flaggerStatus = (part: object) => ({ status: { ...Object(aFlaggerRelease().status), ...part } });

describe('a Rollout', () => {
  it('is shown with its steps, where it is, and why it waits', () => {
    const { phase, status, steps } = shown(anArgoRelease());
    expect([phase, status]).toEqual(['paused', 'Paused at step 1 of 5: it waits at a pause']);
    expect(steps.map(({ text, state }) => `${state}: ${text}`)).toEqual([
      'done: set weight 20 %',
      'current: pause until promoted',
      'todo: analysis errors',
      'todo: set weight 60 %',
      'todo: pause 10m',
    ]);
  });

  it('offers what makes sense', () => {
    expect(shown(anArgoRelease()).operations).toEqual([
      'rollback',
      'promote',
      'promote-full',
      'abort',
      'resume',
      'start',
      'undo',
      'restart',
    ]);
    const healthy = anArgoRelease(argoStatus({ phase: 'Healthy', stableRS: 'h2', pauseConditions: null }));
    expect(shown(healthy)).toMatchObject({
      phase: 'idle',
      operations: ['pause', 'start', 'undo', 'restart'],
    });
    const aborted = anArgoRelease(
      argoStatus({ phase: 'Degraded', abort: true, message: 'RolloutAborted: by hand' }),
    );
    expect(shown(aborted)).toMatchObject({ phase: 'degraded', status: 'Degraded: RolloutAborted: by hand' });
    expect(shown(aborted).operations).toContain('retry');
  });

  it('shows each analysis with the query as it was asked, its values and counts', () => {
    const query = 'sum(rate(errors{service="{{args.service}}"}[1m]))';
    const analysisRuns = [
      {
        name: 'web-h2-2-2',
        uid: 'u1',
        createdAtMs: 1000,
        labels: { 'rollout-type': 'Step', 'step-index': '2' },
        spec: {
          args: [{ name: 'service', value: 'web-canary' }],
          metrics: [
            { name: 'errors', successCondition: 'result[0] < 0.05', provider: { prometheus: { query } } },
          ],
        },
        status: {
          phase: 'Failed',
          message: 'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)',
          startedAt: '1970-01-01T00:00:02Z',
          metricResults: [
            {
              name: 'errors',
              phase: 'Failed',
              failed: 1,
              measurements: [{ phase: 'Failed', value: '[0.2]', startedAt: '1970-01-01T00:00:03Z' }],
            },
          ],
        },
      },
    ];
    expect(shown(anArgoRelease({ analysisRuns })).analyses).toMatchObject([
      {
        name: 'web-h2-2-2',
        phase: 'Failed',
        where: 'step 3',
        startedAtMs: 2000,
        metrics: [
          {
            query: 'sum(rate(errors{service="web-canary"}[1m]))',
            condition: 'result[0] < 0.05',
            provider: 'prometheus',
            counts: { successful: 0, failed: 1, inconclusive: 0, error: 0 },
            measurements: [{ value: '[0.2]', phase: 'Failed', atMs: 3000 }],
          },
        ],
      },
    ]);
  });

  it('that is not as Argo has them is invalid, and so is an analysis', () => {
    expect(shown(anArgoRelease({ spec: 'nothing' }))).toMatchObject({ phase: 'invalid', operations: [] });
    const run = { name: 'r', uid: 'u', createdAtMs: 0, labels: {}, spec: { metrics: 'none' }, status: {} };
    expect(shown(anArgoRelease({ analysisRuns: [run] })).analyses).toMatchObject([{ phase: 'Error' }]);
  });
});

describe('a Canary of Flagger', () => {
  it('is shown with the weights that it goes through, and its failed checks', () => {
    const { phase, status, steps, operations } = shown(aFlaggerRelease());
    expect([phase, status]).toEqual(['progressing', 'Progressing, 1 of 5 failed checks']);
    expect(steps.map(({ state }) => state)).toEqual(['done', 'current', 'todo', 'todo', 'todo', 'todo']);
    expect(operations.slice(0, 4)).toEqual(['rollback', 'abort', 'promote', 'skip-analysis']);
  });

  it.each([
    ['Initialized', 'idle'],
    ['Waiting', 'paused'],
    ['WaitingPromotion', 'paused'],
    ['Promoting', 'promoting'],
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
  ])('in phase %s is %s', (phase, expected) => {
    expect(shown(aFlaggerRelease(flaggerStatus({ phase }))).phase).toBe(expected);
  });

  it('tells its problems while nothing is under way', () => {
    const problems = ['Service web-canary is not there'];
    expect(shown(aFlaggerRelease({ problems, ...flaggerStatus({ phase: 'Initialized' }) }))).toMatchObject({
      phase: 'invalid',
      status: 'Service web-canary is not there',
    });
  });
});
