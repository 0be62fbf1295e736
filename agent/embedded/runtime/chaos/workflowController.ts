import type { KubeObject } from '../../objectStore';
import { sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { controllerOf, keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { childrenOf, WORKFLOW_NODES, WORKFLOWS } from './children';
import { isNodeFinished, withCondition } from './workflowConditions';
import { entryOf, renderNode, WORKFLOW_LABEL } from './workflowTemplates';

/** On a Workflow: `true` ends all its nodes. */
const ABORT_ANNOTATION = 'workflow.chaos-mesh.org/abort';

/** Begins each Workflow with the node of its entry template, and ends it with that node, as in Chaos Mesh. */
export class WorkflowController implements Controller {
  readonly name = 'workflow-entry-reconciler';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, WORKFLOWS)) this.queue.add(keyOf(object.metadata));
      const owner = sameType(resource, WORKFLOW_NODES) ? controllerOf(object) : undefined;
      if (owner?.kind === 'Workflow') {
        this.queue.add(keyOf({ namespace: object.metadata.namespace ?? '', name: owner.name }));
      }
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const workflow = this.#cluster.store.get(WORKFLOWS, namespace, name);
    if (!workflow || workflow.metadata.deletionTimestamp !== undefined) return;
    const entry = this.#entryNode(workflow) ?? this.#spawnEntry(workflow);
    if (workflow.metadata.annotations?.[ABORT_ANNOTATION] === 'true') this.#abort(workflow);
    this.#writeStatus(workflow, entry && this.#entryNode(workflow));
  }

  #entryNode(workflow: KubeObject): KubeObject | undefined {
    return childrenOf(this.#cluster.store, WORKFLOW_NODES, workflow)[0];
  }

  #spawnEntry(workflow: KubeObject): KubeObject | undefined {
    const { store, clock } = this.#cluster;
    try {
      const node = store.create(
        WORKFLOW_NODES,
        renderNode(workflow, workflow, entryOf(workflow), clock.nowMs()),
      );
      const created = `entry node created, entry node ${node.metadata.name}`;
      this.#record(workflow, 'Normal', 'EntryCreated', created);
      return node;
    } catch {
      const failed = `failed to spawn new entry node of workflow, entry: ${workflow.spec?.entry}`;
      this.#record(workflow, 'Warning', 'InvalidEntry', failed);
      return undefined;
    }
  }

  #abort({ metadata }: KubeObject): void {
    const { store } = this.#cluster;
    for (const node of store.list(WORKFLOW_NODES, metadata.namespace)) {
      if (node.metadata.labels?.[WORKFLOW_LABEL] !== metadata.name || isNodeFinished(node)) continue;
      store.update(WORKFLOW_NODES, node.metadata.namespace, node.metadata.name, (draft) => {
        draft.status = withCondition(node, 'Aborted', true, 'WorkflowAborted');
      });
      this.#record(node, 'Normal', 'WorkflowAborted', `abort because workflow ${metadata.name} aborted`);
    }
  }

  #writeStatus(workflow: KubeObject, entry: KubeObject | undefined): void {
    const now = rfc3339(this.#cluster.clock.nowMs());
    const isOver = entry !== undefined && isNodeFinished(entry);
    const wasOver = workflow.status?.endTime !== undefined;
    const scheduled = withCondition(workflow, 'Scheduled', entry !== undefined, '');
    const status = withCondition({ ...workflow, status: scheduled }, 'Accomplished', isOver, '');
    const { namespace, name } = workflow.metadata;
    this.#cluster.store.update(WORKFLOWS, namespace, name, (draft) => {
      const { endTime = now, startTime = now, ...rest } = status;
      draft.status = {
        ...rest,
        startTime,
        ...(entry && { entryNode: entry.metadata.name }),
        ...(isOver && { endTime }),
      };
    });
    if (isOver && !wasOver) {
      this.#record(workflow, 'Normal', 'WorkflowAccomplished', 'workflow accomplished');
    }
  }

  #record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#cluster.events.record(about, { type, reason, message, component: this.name });
  }
}
