import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../../test/support/fakeClock';
import { createSeriesStore } from '../../prometheus/seriesStore';
import { createObjectStore } from '../../store/memoryStore';
import { ANALYSIS_RUNS, ROLLOUTS } from '../argo/definitions';
import { NoValues, runQuery } from '../flagger/metricQuery';
import { ArgoMetrics } from './argoMetrics';

const START_MS = Date.UTC(2030, 0, 1);

function scraped() {
  const clock = new FakeClock(START_MS);
  const store = createObjectStore(clock);
  const series = createSeriesStore({ retentionMs: 3_600_000 });
  const metrics = new ArgoMetrics(store, series);
  let atMs = START_MS;
  store.create(ROLLOUTS, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 4, strategy: { canary: { trafficRouting: { istio: {} } } } },
  });
  return {
    store,
    /** Scrapes with that reason of the condition `Progressing`, and lists the phases that are told. */
    phases(reason: string, more: readonly object[] = []): string[] {
      store.update(ROLLOUTS, 'shop', 'web', (draft) => {
        const conditions = [{ type: 'Progressing', status: 'True', reason }, ...more];
        draft.status = { replicas: 5, availableReplicas: 4, updatedReplicas: 1, conditions };
      });
      return this.told();
    },
    told(): string[] {
      atMs += 5000;
      metrics.scrape(atMs);
      const known = ['Progressing', 'Paused', 'Completed', 'Abort', 'Timeout', 'Error', 'InvalidSpec'];
      return known.filter((phase) => this.value(`rollout_info{phase="${phase}"}`) === 1);
    },
    value(query: string): number | null {
      try {
        return runQuery(series, query, atMs);
      } catch (error) {
        if (error instanceof NoValues) return null;
        throw error;
      }
    },
  };
}

describe('the metrics of Argo Rollouts', () => {
  it('have one phase at a time, by the words of its controller', () => {
    const argo = scraped();
    expect(argo.phases('ReplicaSetUpdated')).toEqual(['Progressing']);
    expect(argo.phases('RolloutPaused')).toEqual(['Paused']);
    expect(argo.phases('NewReplicaSetAvailable')).toEqual(['Completed']);
    expect(argo.phases('RolloutAborted')).toEqual(['Abort']);
    expect(argo.phases('ProgressDeadlineExceeded')).toEqual(['Timeout']);
    expect(argo.phases('RolloutPaused', [{ type: 'InvalidSpec', status: 'True' }])).toEqual(['InvalidSpec']);
  });

  it('count pods, name the router, and end with the object', () => {
    const argo = scraped();
    argo.phases('RolloutPaused');
    const labels = 'namespace="shop",name="web"';
    expect(argo.value(`rollout_info{${labels},strategy="canary",traffic_router="Istio"}`)).toBe(1);
    expect(argo.value(`rollout_info_replicas_desired{${labels}}`)).toBe(4);
    expect(argo.value(`rollout_info_replicas_unavailable{${labels}}`)).toBe(1);
    argo.store.create(ANALYSIS_RUNS, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'web-1', namespace: 'shop' },
      status: { phase: 'Running' },
    });
    argo.told();
    expect(argo.value('analysis_run_info{phase="Running"}')).toBe(1);
    argo.store.delete(ROLLOUTS, 'shop', 'web');
    expect(argo.told()).toEqual([]);
    expect(argo.value('rollout_info_replicas_desired')).toBeNull();
  });
});
