import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { DefinitionSpec } from '../../api/customResources';
import { applySchema, type Schema } from '../../api/schema';
import { DEPLOYMENTS, PODS, SERVICES } from '../../store/resourceTypes';
import { STUCK_ANNOTATION } from '../chaos/chaosController';
import { TestCluster, testDeployment, testService } from '../testing/testCluster';
import { litmusExperiments } from './catalogue';
import { CHAOS_ENGINES, CHAOS_EXPERIMENTS, CHAOS_RESULTS, LITMUS_DEFINITIONS } from './definitions';

const REAL = join(import.meta.dirname, '../../../../../shared/schemas/crds/litmus/2a_litmus_crds.yaml');
const LATENCY = 'histogram_quantile(0.5, sum by (pod, le) (rate(http_request_duration_seconds_bucket[20s])))';

function loadedCluster(): TestCluster {
  const cluster = new TestCluster();
  for (const experiment of litmusExperiments('shop')) cluster.store.create(CHAOS_EXPERIMENTS, experiment);
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 4 }));
  cluster.store.create(SERVICES, testService('web', 150));
  cluster.run(40);
  expect(cluster.readyPods('web')).toHaveLength(4);
  return cluster;
}

const APP = { appns: 'shop', applabel: 'app=web', appkind: 'deployment' };

function engineOf(experiments: readonly string[], env: Record<string, string> = {}, appinfo = APP) {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  return {
    apiVersion: 'litmuschaos.io/v1alpha1',
    kind: 'ChaosEngine',
    metadata: { name: 'trouble', namespace: 'shop' },
    spec: {
      engineState: 'active',
      appinfo,
      chaosServiceAccount: 'litmus-admin',
      experiments: experiments.map((name) => ({ name, spec: { components: { env: variables } } })),
    },
  };
}

interface Statuses {
  engineStatus: string;
  experiments: { name: string; status: string; verdict: string }[] | null;
}
const engine = (cluster: TestCluster) => cluster.store.get(CHAOS_ENGINES, 'shop', 'trouble');
const status = (cluster: TestCluster) => engine(cluster)?.status as Statuses | undefined;
const result = (cluster: TestCluster, experiment: string) =>
  cluster.store.get(CHAOS_RESULTS, 'shop', `trouble-${experiment}`)?.status;
const reasons = (cluster: TestCluster) => cluster.eventsOf('trouble').map((text) => text.split(':')[0]);
const names = (cluster: TestCluster) => cluster.pods('web').map(({ metadata }) => metadata.name);

describe('a ChaosEngine', () => {
  it('delays the network of one pod, takes it back and passes', () => {
    const cluster = loadedCluster();
    cluster.store.create(
      CHAOS_ENGINES,
      engineOf(['pod-network-latency'], { NETWORK_LATENCY: '300', TOTAL_CHAOS_DURATION: '40' }),
    );
    cluster.run(0.5);
    expect(engine(cluster)?.metadata.finalizers).toEqual(['chaosengine.litmuschaos.io/finalizer']);
    expect(status(cluster)).toMatchObject({
      engineStatus: 'initialized',
      experiments: [{ name: 'pod-network-latency', status: 'Waiting for Job Creation', verdict: 'Awaited' }],
    });
    cluster.run(30);
    expect(status(cluster)?.experiments).toMatchObject([{ status: 'Running', verdict: 'Awaited' }]);
    expect(result(cluster, 'pod-network-latency')).toMatchObject({
      experimentStatus: { phase: 'Running', verdict: 'Awaited', probeSuccessPercentage: 'Awaited' },
    });
    const slow = [...cluster.query(LATENCY)].filter(([, seconds]) => seconds > 0.3);
    expect(slow).toHaveLength(1);
    cluster.run(20);
    expect(status(cluster)).toMatchObject({
      engineStatus: 'completed',
      experiments: [{ status: 'Completed', verdict: 'Pass' }],
    });
    expect(engine(cluster)?.spec?.engineState).toBe('stop');
    expect(result(cluster, 'pod-network-latency')).toEqual({
      experimentStatus: { phase: 'Completed', verdict: 'Pass', probeSuccessPercentage: '100' },
      history: {
        passedRuns: 1,
        failedRuns: 0,
        stoppedRuns: 0,
        targets: [{ name: slow[0]?.[0], kind: 'pod', chaosStatus: 'reverted' }],
      },
    });
    expect(reasons(cluster)).toEqual([
      'ChaosEngineInitialized',
      'ExperimentDependencyCheck',
      'ExperimentJobCreate',
      'PreChaosCheck',
      'ChaosInject',
      'PostChaosCheck',
      'Summary',
      'ChaosEngineCompleted',
    ]);
    cluster.run(30);
    for (const seconds of cluster.query(LATENCY).values()) expect(seconds).toBeLessThan(0.1);
    expect(cluster.errors).toEqual([]);
  });

  it('deletes pods again and again, as many as it should at a time', () => {
    const cluster = loadedCluster();
    const before = names(cluster);
    cluster.store.create(
      CHAOS_ENGINES,
      engineOf(['pod-delete'], {
        TOTAL_CHAOS_DURATION: '40',
        CHAOS_INTERVAL: '10',
        PODS_AFFECTED_PERC: '50',
      }),
    );
    cluster.run(4);
    expect(before.filter((name) => !cluster.pod(name))).toHaveLength(2);
    cluster.runUntil(() => status(cluster)?.engineStatus === 'completed');
    expect(status(cluster)?.experiments).toMatchObject([{ verdict: 'Pass' }]);
    const kills = cluster.eventsOf('trouble').filter((text) => text.startsWith('ChaosInject'));
    expect(kills).toHaveLength(1);
    expect(before.filter((name) => cluster.pod(name)).length).toBeLessThan(2);
    expect(result(cluster, 'pod-delete')).toMatchObject({
      history: { targets: [{ name: 'web', kind: 'deployment', chaosStatus: 'targeted' }] },
    });
  });

  it('takes CPU from all pods when it should hit all', () => {
    const cluster = loadedCluster();
    const env = { CPU_CORES: '2', TOTAL_CHAOS_DURATION: '60', PODS_AFFECTED_PERC: '100' };
    cluster.store.create(CHAOS_ENGINES, engineOf(['pod-cpu-hog'], env));
    cluster.run(40);
    const cores = cluster.query('sum by (pod) (rate(container_cpu_usage_seconds_total[20s]))');
    expect([...cores.values()].map((value) => value.toFixed(1))).toEqual(['0.5', '0.5', '0.5', '0.5']);
  });

  it('has a pod OOM-killed, and fails when the application does not come back', () => {
    const cluster = loadedCluster();
    const env = {
      MEMORY_CONSUMPTION: '300',
      TOTAL_CHAOS_DURATION: '120',
      TARGET_PODS: names(cluster)[0] ?? '',
    };
    cluster.store.create(CHAOS_ENGINES, engineOf(['pod-memory-hog'], env));
    cluster.run(60);
    expect(JSON.stringify(cluster.pod(names(cluster)[0] ?? '')?.status)).toContain('OOMKilled');
    cluster.update(DEPLOYMENTS, 'web', (draft) => {
      draft.spec = testDeployment({ replicas: 5, image: 'web:coxswain-missing' }).spec ?? {};
    });
    cluster.runUntil(() => status(cluster)?.engineStatus === 'completed');
    expect(result(cluster, 'pod-memory-hog')).toMatchObject({
      experimentStatus: {
        phase: 'Error',
        verdict: 'Error',
        probeSuccessPercentage: '0',
        errorOutput: { errorCode: 'STATUS_CHECKS_ERROR' },
      },
    });
  });

  it('loses the packets of a pod', () => {
    const cluster = loadedCluster();
    cluster.store.create(
      CHAOS_ENGINES,
      engineOf(['pod-network-loss'], { NETWORK_PACKET_LOSS_PERCENTAGE: '40' }),
    );
    cluster.run(40);
    const lost = cluster.query('rate(http_requests_total{status="504"}[20s])');
    expect([...lost.values()].filter((rate) => rate > 5)).toHaveLength(1);
  });

  it('stops at once when it is told to, and starts again', () => {
    const cluster = loadedCluster();
    cluster.store.create(CHAOS_ENGINES, engineOf(['pod-network-latency']));
    cluster.run(10);
    const setState = (engineState: string) =>
      cluster.update(CHAOS_ENGINES, 'trouble', (draft) => {
        draft.spec = { ...draft.spec, engineState };
      });
    setState('stop');
    cluster.run(0.25);
    expect(status(cluster)).toMatchObject({
      engineStatus: 'stopped',
      experiments: [{ status: 'Forcefully Aborted', verdict: 'Stopped' }],
    });
    expect(result(cluster, 'pod-network-latency')).toMatchObject({
      experimentStatus: { phase: 'Stopped', verdict: 'Stopped' },
      history: { stoppedRuns: 1, targets: [{ chaosStatus: 'reverted' }] },
    });
    cluster.run(40);
    for (const seconds of cluster.query(LATENCY).values()) expect(seconds).toBeLessThan(0.1);
    setState('active');
    cluster.run(10);
    expect(status(cluster)).toMatchObject({
      engineStatus: 'initialized',
      experiments: [{ status: 'Running' }],
    });
  });

  it('takes everything back when it is deleted', () => {
    const cluster = loadedCluster();
    cluster.store.create(CHAOS_ENGINES, engineOf(['pod-network-latency']));
    cluster.run(10);
    cluster.store.delete(CHAOS_ENGINES, 'shop', 'trouble');
    cluster.run(0.25);
    expect(engine(cluster)).toBeUndefined();
    const running = cluster
      .pods('web')
      .map(({ metadata }) => cluster.runtime.runningPod('shop', metadata.name));
    expect(running.map((pod) => pod?.sim.faults.delaySeconds)).toEqual([0, 0, 0, 0]);
    expect(result(cluster, 'pod-network-latency')).toMatchObject({ history: { stoppedRuns: 1 } });
  });

  it('cannot be stopped while it is stuck', () => {
    const cluster = loadedCluster();
    const stuck = engineOf(['pod-network-latency']);
    const annotations = { [STUCK_ANNOTATION]: 'recover' };
    cluster.store.create(CHAOS_ENGINES, { ...stuck, metadata: { ...stuck.metadata, annotations } });
    cluster.run(10);
    cluster.store.delete(CHAOS_ENGINES, 'shop', 'trouble');
    cluster.run(30);
    expect(engine(cluster)?.metadata.finalizers).toHaveLength(1);
    expect(cluster.eventsOf('trouble')).toContain(
      'ChaosResourcesOperationFailed: (chaos stop) Unable to delete chaos experiment pods',
    );
  });

  it('says that an experiment does not exist', () => {
    const cluster = loadedCluster();
    cluster.store.create(CHAOS_ENGINES, engineOf(['pod-unheard-of']));
    cluster.run(10);
    expect(status(cluster)).toEqual({ engineStatus: 'initialized', experiments: null });
    expect(cluster.eventsOf('trouble')).toContain(
      'ChaosResourcesOperationFailed: (chaos start) Unable to get chaos resources',
    );
  });

  it('goes on with the next when a later one does not exist', () => {
    const cluster = loadedCluster();
    cluster.store.create(
      CHAOS_ENGINES,
      engineOf(['pod-delete', 'pod-unheard-of'], { TOTAL_CHAOS_DURATION: '5' }),
    );
    cluster.runUntil(() => status(cluster)?.engineStatus === 'completed');
    expect(status(cluster)?.experiments).toMatchObject([
      { name: 'pod-delete', verdict: 'Pass' },
      { name: 'pod-unheard-of', status: 'ChaosExperiment Not Found', verdict: 'Fail' },
    ]);
    expect(reasons(cluster)).toContain('ExperimentNotFound');
  });

  it.each([
    ['no pod has the label', { ...APP, applabel: 'app=none' }, {}, 'could not find pods'],
    ['the pods are of another kind', { ...APP, appkind: 'statefulset' }, {}, 'could not find pods'],
    ['a named pod is not there', APP, { TARGET_PODS: 'web-gone' }, 'set by TARGET_PODS'],
    ['only half of the application is told', { ...APP, appkind: '' }, {}, 'incomplete appinfo'],
    ['a value is not a number', APP, { NETWORK_LATENCY: 'long' }, 'NETWORK_LATENCY=long'],
  ])('ends in an error when %s', (_, appinfo, env, reason) => {
    const cluster = loadedCluster();
    cluster.store.create(CHAOS_ENGINES, engineOf(['pod-network-latency'], env, appinfo));
    cluster.run(5);
    expect(status(cluster)).toMatchObject({ engineStatus: 'completed', experiments: [{ verdict: 'Error' }] });
    expect(result(cluster, 'pod-network-latency')).toMatchObject({
      experimentStatus: { phase: 'Error', errorOutput: { reason: expect.stringContaining(reason) } },
    });
  });

  it('does not begin when the application is not well', () => {
    const cluster = loadedCluster();
    const [name = ''] = names(cluster);
    cluster.store.delete(PODS, 'shop', name);
    cluster.run(1);
    cluster.store.create(CHAOS_ENGINES, engineOf(['pod-delete']));
    cluster.run(4);
    expect(cluster.eventsOf('trouble')).toContain('PreChaosCheck: AUT: Not Running');
    expect(status(cluster)?.experiments).toMatchObject([{ verdict: 'Error' }]);
  });
});

describe('the kinds of Litmus', () => {
  const Definition = z.object({ kind: z.literal('CustomResourceDefinition'), spec: z.unknown() });
  const schemaOf = (spec: unknown): Schema | undefined =>
    DefinitionSpec.parse(spec).versions[0]?.schema.openAPIV3Schema;
  const kindOf = (spec: unknown) => DefinitionSpec.parse(spec).names.kind;
  const made: [string, object][] = [
    ['ChaosEngine', engineOf(['pod-delete'], { FORCE: 'true' })],
    ...litmusExperiments('shop').map((one): [string, object] => ['ChaosExperiment', one]),
  ];

  it.skipIf(!existsSync(REAL)).each(made)('accept a %s as the real ones do', (kind, object) => {
    const documents = parseAllDocuments(readFileSync(REAL, 'utf8')).map((document) =>
      Definition.safeParse(document.toJS()),
    );
    const real = documents.find(({ data }) => data && kindOf(data.spec) === kind)?.data;
    const embedded = LITMUS_DEFINITIONS.find(({ spec }) => kindOf(spec) === kind);
    for (const spec of [real?.spec, embedded?.spec]) {
      const schema = schemaOf(spec);
      expect(schema && applySchema(schema, structuredClone(object))).toEqual({ causes: [], pruned: [] });
    }
  });

  it('refuse a state that there is not', () => {
    const schema = schemaOf(LITMUS_DEFINITIONS[0]?.spec);
    const wrong = { ...engineOf([]), spec: { engineState: 'paused' } };
    expect(schema && applySchema(schema, wrong).causes[0]?.message).toContain("must match '^(active|stop)$'");
  });
});
