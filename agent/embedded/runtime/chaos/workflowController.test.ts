import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS } from '../../store/resourceTypes';
import { conditions } from '../kinds';
import { TestCluster, testDeployment } from '../testing/testCluster';
import { WORKFLOW_NODES, WORKFLOWS } from './children';
import { NETWORK_CHAOS, STRESS_CHAOS } from './experiments';
import { nodeSpec } from './workflowTemplates';

const TARGET = { mode: 'one', selector: { labelSelectors: { app: 'web' } } };
const DELAY = {
  name: 'delay',
  templateType: 'NetworkChaos',
  deadline: '30s',
  networkChaos: { ...TARGET, action: 'delay', delay: { latency: '200ms' } },
};
const STRESS = {
  name: 'stress',
  templateType: 'StressChaos',
  deadline: '20s',
  stressChaos: { ...TARGET, stressors: { cpu: { workers: 1 } } },
};
const REST = { name: 'rest', templateType: 'Suspend', deadline: '10s' };

function started(templates: readonly Record<string, unknown>[], entry = 'all'): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 3 }));
  cluster.run(30);
  cluster.store.create(WORKFLOWS, {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'Workflow',
    metadata: { name: 'drill', namespace: 'shop' },
    spec: { entry, templates: [...templates] },
  });
  cluster.run(0.25);
  return cluster;
}

const all = (templateType: string, children: string[], rest = {}) => ({
  name: 'all',
  templateType,
  children,
  ...rest,
});

/** Of each node, by template: what holds of it, with the reason. */
function nodes(cluster: TestCluster): Record<string, string[]> {
  return Object.fromEntries(
    cluster.store.list(WORKFLOW_NODES, 'shop').map((node) => [
      nodeSpec(node).templateName,
      conditions(node)
        .filter(({ status }) => status === 'True')
        .map(({ type, reason }) => (reason ? `${type}/${reason}` : type))
        .sort(),
    ]),
  );
}

const workflow = (cluster: TestCluster) => cluster.store.get(WORKFLOWS, 'shop', 'drill');
const holding = (cluster: TestCluster) => {
  const object = workflow(cluster);
  return object
    ? conditions(object)
        .filter(({ status }) => status === 'True')
        .map(({ type }) => type)
        .sort()
    : [];
};

describe('a Workflow', () => {
  it('does one thing after the other', () => {
    const cluster = started([all('Serial', ['delay', 'rest', 'stress']), DELAY, REST, STRESS]);
    expect(nodes(cluster)).toEqual({ all: [], delay: ['ChaosInjected/ChaosCRCreated'] });
    expect(workflow(cluster)?.status).toMatchObject({
      startTime: '2026-01-01T00:00:30Z',
      entryNode: expect.stringMatching(/^all-/),
    });
    expect(holding(cluster)).toEqual(['Scheduled']);
    const [chaos] = cluster.store.list(NETWORK_CHAOS, 'shop');
    expect(chaos?.metadata).toMatchObject({
      name: expect.stringMatching(/^delay-.*-/),
      labels: { 'chaos-mesh.org/workflow': 'drill' },
      ownerReferences: [{ kind: 'WorkflowNode' }],
    });
    cluster.run(31);
    expect(cluster.store.list(NETWORK_CHAOS, 'shop')).toEqual([]);
    expect(nodes(cluster)).toEqual({ all: [], delay: ['DeadlineExceed/NodeDeadlineExceed'], rest: [] });
    cluster.run(11);
    expect(cluster.store.list(STRESS_CHAOS, 'shop')).toHaveLength(1);
    cluster.run(21);
    expect(cluster.store.list(STRESS_CHAOS, 'shop')).toEqual([]);
    expect(nodes(cluster).all).toEqual(['Accomplished']);
    expect(holding(cluster)).toEqual(['Accomplished', 'Scheduled']);
    expect(workflow(cluster)?.status?.endTime).toMatch(/^2026-01-01T00:01:3\dZ$/);
    expect(cluster.eventsOf('drill').map((text) => text.split(':')[0])).toEqual([
      'EntryCreated',
      'WorkflowAccomplished',
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('does everything at once', () => {
    const cluster = started([all('Parallel', ['delay', 'stress']), DELAY, STRESS]);
    expect(cluster.store.list(NETWORK_CHAOS, 'shop')).toHaveLength(1);
    expect(cluster.store.list(STRESS_CHAOS, 'shop')).toHaveLength(1);
    cluster.run(21);
    expect(cluster.store.list(STRESS_CHAOS, 'shop')).toHaveLength(0);
    expect(holding(cluster)).toEqual(['Scheduled']);
    cluster.run(11);
    expect(holding(cluster)).toEqual(['Accomplished', 'Scheduled']);
  });

  it('ends with the deadline of the whole, and its faults with it', () => {
    const cluster = started([all('Serial', ['delay', 'stress'], { deadline: '15s' }), DELAY, STRESS]);
    cluster.run(16);
    expect(nodes(cluster)).toEqual({
      all: ['DeadlineExceed/NodeDeadlineExceed'],
      delay: ['DeadlineExceed/ParentNodeDeadlineExceed'],
    });
    expect(cluster.store.list(NETWORK_CHAOS, 'shop')).toEqual([]);
    expect(holding(cluster)).toContain('Accomplished');
  });

  it('is aborted by its annotation', () => {
    const cluster = started([all('Serial', ['delay', 'stress']), DELAY, STRESS]);
    cluster.update(WORKFLOWS, 'drill', ({ metadata }) => {
      metadata.annotations = { 'workflow.chaos-mesh.org/abort': 'true' };
    });
    cluster.run(1);
    expect(cluster.store.list(NETWORK_CHAOS, 'shop')).toEqual([]);
    expect(nodes(cluster).delay).toEqual(['Aborted/WorkflowAborted']);
    cluster.run(30);
    expect(cluster.store.list(STRESS_CHAOS, 'shop')).toEqual([]);
  });

  it('takes its nodes and faults with it when it is deleted', () => {
    const cluster = started([all('Serial', ['delay']), DELAY]);
    cluster.run(5);
    cluster.store.delete(WORKFLOWS, 'shop', 'drill');
    cluster.run(1);
    expect(cluster.store.list(WORKFLOW_NODES, 'shop')).toEqual([]);
    expect(cluster.store.list(NETWORK_CHAOS, 'shop')).toEqual([]);
  });

  it('runs a schedule until its deadline', () => {
    const repeated = {
      name: 'all',
      templateType: 'Schedule',
      deadline: '50s',
      schedule: {
        schedule: '@every 20s',
        type: 'NetworkChaos',
        historyLimit: 5,
        networkChaos: { ...DELAY.networkChaos, duration: '5s' },
      },
    };
    const cluster = started([repeated]);
    cluster.run(45);
    expect(cluster.store.list(NETWORK_CHAOS, 'shop')).toHaveLength(2);
    cluster.run(10);
    expect(cluster.store.list(NETWORK_CHAOS, 'shop')).toHaveLength(0);
  });

  it('says that a template is missing', () => {
    const cluster = started([DELAY], 'nothing');
    expect(cluster.eventsOf('drill')).toEqual([
      'InvalidEntry: failed to spawn new entry node of workflow, entry: nothing',
    ]);
    expect(holding(cluster)).toEqual([]);
    const child = started([all('Serial', ['nothing'])]);
    const [node] = child.store.list(WORKFLOW_NODES, 'shop');
    expect(child.eventsOf(node?.metadata.name ?? '').join()).toContain('template called nothing');
  });
});
