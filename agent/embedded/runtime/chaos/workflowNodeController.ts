import type { KubeObject, ResourceType } from '../../objectStore';
import { sameType } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import { controlledBy, controllerOf, keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import {
  childrenOf,
  EMBEDDED_FIELDS,
  embeddedSpec,
  experimentType,
  SCHEDULES,
  WORKFLOW_NODES,
  WORKFLOWS,
} from './children';
import { holds, isNodeFinished, type NodeCondition, withCondition } from './workflowConditions';
import {
  CONTROLLED_BY_LABEL,
  type NodeSpec,
  nodeSpec,
  renderNode,
  WORKFLOW_LABEL,
} from './workflowTemplates';

/**
 * Carries out the nodes of workflows, as `pkg/workflow/controllers` in Chaos Mesh: Serial and Parallel begin their
 * children, Suspend and what injects a fault end with their deadline. Task and StatusCheck are not there.
 */
export class WorkflowNodeController implements Controller {
  readonly name = 'workflow-node-reconciler';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, WORKFLOW_NODES)) this.queue.add(keyOf(object.metadata));
      const owner = controllerOf(object);
      if (owner?.kind === 'WorkflowNode') {
        this.queue.add(keyOf({ namespace: object.metadata.namespace ?? '', name: owner.name }));
      }
    });
  }

  reconcile(key: string): void {
    const node = this.#get(key);
    if (!node || node.metadata.deletionTimestamp !== undefined) return;
    const spec = nodeSpec(node);
    this.#watchDeadline(key, node, spec);
    const current = this.#get(key);
    if (current) this.#carryOut(current, spec);
  }

  #get(key: string): KubeObject | undefined {
    const { namespace, name } = splitKey(key);
    return this.#cluster.store.get(WORKFLOW_NODES, namespace, name);
  }

  #watchDeadline(key: string, node: KubeObject, { deadline }: NodeSpec): void {
    if (!holds(node, 'DeadlineExceed') && deadline !== undefined) {
      const deadlineMs = Date.parse(deadline);
      if (this.#cluster.clock.nowMs() < deadlineMs) {
        this.queue.add(key, deadlineMs);
        this.#setCondition(node, 'DeadlineExceed', false, 'NodeDeadlineNotExceed');
        return;
      }
      const isOmitted = holds(node, 'Accomplished');
      if (!isOmitted) this.#record(node, 'Normal', 'NodeDeadlineExceed', 'deadline exceed');
      const reason = isOmitted ? 'NodeDeadlineOmitted' : 'NodeDeadlineExceed';
      this.#setCondition(node, 'DeadlineExceed', true, reason);
    }
    const current = this.#get(key);
    if (current && holds(current, 'DeadlineExceed')) this.#endChildren(current);
  }

  /** What a node has begun ends with it. */
  #endChildren(parent: KubeObject): void {
    for (const child of childrenOf(this.#cluster.store, WORKFLOW_NODES, parent)) {
      if (isNodeFinished(child)) continue;
      this.#setCondition(child, 'DeadlineExceed', true, 'ParentNodeDeadlineExceed');
      const why = `deadline exceed because parent node ${parent.metadata.name} deadline exceed`;
      this.#record(child, 'Normal', 'ParentNodeDeadlineExceed', why);
    }
  }

  #carryOut(node: KubeObject, spec: NodeSpec): void {
    const { type } = spec;
    const injected = type === 'Schedule' ? SCHEDULES : experimentType(type);
    if (injected) this.#syncChaos(node, spec, injected);
    else if (type === 'Serial' || type === 'Parallel') this.#syncChildren(node, spec);
    else if (type !== 'Suspend' && !isNodeFinished(node)) {
      this.#record(
        node,
        'Warning',
        'NotSupported',
        `the embedded cluster has no workflow nodes of type ${type}`,
      );
    }
  }

  #syncChildren(node: KubeObject, { type, children, workflowName }: NodeSpec): void {
    const { store } = this.#cluster;
    const before = childrenOf(store, WORKFLOW_NODES, node);
    const isBusy = before.some((child) => !isNodeFinished(child));
    const due = type === 'Serial' ? children.slice(before.length, before.length + 1) : children;
    const mayBegin = type === 'Serial' ? !isBusy : before.length === 0;
    const workflow = store.get(WORKFLOWS, node.metadata.namespace, workflowName);
    if (mayBegin && due.length > 0 && workflow && !isNodeFinished(node)) this.#begin(workflow, node, due);
    this.#writeChildren(node, children.length);
  }

  #begin(workflow: KubeObject, node: KubeObject, templates: readonly string[]): void {
    const { store, clock } = this.#cluster;
    try {
      const nodes = templates.map((template) => renderNode(workflow, node, template, clock.nowMs()));
      const names = nodes.map((child) => store.create(WORKFLOW_NODES, child).metadata.name);
      this.#record(node, 'Normal', 'NodesCreated', `child nodes created, ${names.join(',')}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#record(node, 'Warning', 'Failed', `Failed to create child nodes: ${why}`);
    }
  }

  #writeChildren(node: KubeObject, wanted: number): void {
    const { store } = this.#cluster;
    const { namespace, name } = node.metadata;
    const all = childrenOf(store, WORKFLOW_NODES, node);
    const finished = all.filter(isNodeFinished);
    const references = (nodes: readonly KubeObject[]) =>
      nodes.map(({ metadata }) => ({ name: metadata.name }));
    const isDone = finished.length === wanted;
    if (isDone && !isNodeFinished(node))
      this.#record(node, 'Normal', 'NodeAccomplished', 'node accomplished');
    store.update(WORKFLOW_NODES, namespace, name, (draft) => {
      draft.status = {
        ...withCondition(node, 'Accomplished', isDone, ''),
        activeChildren: references(all.filter((child) => !isNodeFinished(child))),
        finishedChildren: references(finished),
      };
    });
  }

  /** One object while the node goes on, none when it is over. */
  #syncChaos(node: KubeObject, spec: NodeSpec, type: ResourceType): void {
    const { store } = this.#cluster;
    const existing = childrenOf(store, type, node);
    if (isNodeFinished(node)) {
      for (const { metadata } of existing) {
        if (metadata.deletionTimestamp !== undefined) continue;
        store.delete(type, metadata.namespace, metadata.name);
        this.#record(node, 'Normal', 'ChaosCRDeleted', `chaos CR ${metadata.name} deleted`);
      }
    } else if (existing.length === 0) {
      this.#createChaos(node, spec, type);
    }
    this.#writeChaos(node, type);
  }

  #createChaos(node: KubeObject, { type: kind, workflowName }: NodeSpec, type: ResourceType): void {
    const { name, namespace = '' } = node.metadata;
    try {
      const chaos = this.#cluster.store.create(type, {
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind,
        metadata: {
          generateName: `${name}-`,
          namespace,
          labels: { [CONTROLLED_BY_LABEL]: name, [WORKFLOW_LABEL]: workflowName },
          ownerReferences: [controlledBy(node)],
        },
        spec: embeddedSpec(node.spec, EMBEDDED_FIELDS[kind] ?? 'schedule'),
      });
      this.#record(node, 'Normal', 'ChaosCRCreated', `chaos CR ${chaos.metadata.name} created`);
    } catch {
      this.#record(node, 'Warning', 'ChaosCRCreateFailed', 'failed to create chaos CR');
    }
  }

  #writeChaos(node: KubeObject, type: ResourceType): void {
    const { store } = this.#cluster;
    const { namespace, name } = node.metadata;
    const [chaos] = childrenOf(store, type, node);
    const reason = chaos ? 'ChaosCRCreated' : 'ChaosCRNotExists';
    store.update(WORKFLOW_NODES, namespace, name, (draft) => {
      const { chaosResource: _, ...status } = withCondition(
        node,
        'ChaosInjected',
        chaos !== undefined,
        reason,
      );
      draft.status = {
        ...status,
        ...(chaos && {
          chaosResource: { apiGroup: type.group, kind: chaos.kind, name: chaos.metadata.name },
        }),
      };
    });
  }

  #setCondition(node: KubeObject, type: NodeCondition, isTrue: boolean, reason: string): void {
    const { namespace, name } = node.metadata;
    this.#cluster.store.update(WORKFLOW_NODES, namespace, name, (draft) => {
      draft.status = withCondition(node, type, isTrue, reason);
    });
  }

  #record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#cluster.events.record(about, { type, reason, message, component: this.name });
  }
}
