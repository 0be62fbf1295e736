import * as z from 'zod';
import type { KubeObject } from '../../objectStore';
import { NODES, PODS, sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { keyOf, podSpec, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { type ContainerRecord, ExperimentSpec, ExperimentStatus, OtherEnd } from './experiments';
import type { FaultKindImpl } from './faultKind';
import { afterOperation, desire, experimentConditions, isForcedClean, operationFor } from './lifecycle';
import { pick, selectablePods } from './selection';

const FINALIZER = 'chaos-mesh/records';
const RETRY_MS = 1000;
/**
 * On a chaos object, for tests of bad cases: with `recover` or `true` its faults cannot be taken back, with `apply` they
 * cannot be put in force.
 */
export const STUCK_ANNOTATION = 'embedded.coxswain.dev/stuck';

/** Names of what the experiment acts on, and of what is at the other end of a connection. */
const TARGETS = '.';
const OTHER_END = '.Target';

/** Runs the chaos objects of one kind as Chaos Mesh does: same finalizer, status, conditions and events. */
export class ChaosController implements Controller {
  readonly name: string;
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #kind: FaultKindImpl;

  constructor(cluster: Cluster, kind: FaultKindImpl) {
    this.#cluster = cluster;
    this.#kind = kind;
    this.name = `${kind.resource.plural}-controller`;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, kind.resource)) this.queue.add(keyOf(object.metadata));
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const experiment = this.#cluster.store.get(this.#kind.resource, namespace, name);
    if (!experiment) return;
    const { deletionTimestamp, finalizers = [] } = experiment.metadata;
    if (deletionTimestamp === undefined && !finalizers.includes(FINALIZER)) {
      this.#record(experiment, 'FinalizerInited', 'Finalizer has been inited');
      this.#setFinalizers(experiment, [...finalizers, FINALIZER]);
      return;
    }
    const { records, stopped } = this.#run(key, experiment);
    if (deletionTimestamp === undefined) return;
    const isClean = stopped && records.every(({ phase }) => phase === 'Not Injected');
    if (isClean || isForcedClean(experiment)) {
      this.#record(experiment, 'FinalizerRemoved', 'Finalizer has been removed');
      this.#setFinalizers(experiment, []);
    }
  }

  /** Brings the targets where the experiment should be, and writes down what came of it. */
  #run(key: string, experiment: KubeObject): { records: ContainerRecord[]; stopped: boolean } {
    const nowMs = this.#cluster.clock.nowMs();
    const { experiment: status } = ExperimentStatus.parse(experiment.status ?? {});
    try {
      const spec = ExperimentSpec.parse(experiment.spec);
      const wanted = desire(experiment, spec, this.#kind.actsOnce(experiment), nowMs);
      if (wanted.untilMs !== null) this.queue.add(key, wanted.untilMs);
      if (wanted.event && wanted.phase !== status.desiredPhase) {
        this.#record(experiment, wanted.event.reason, wanted.event.message);
      }
      const before = status.containerRecords ?? this.#select(experiment, spec);
      const records = before.map((record) => this.#operate(key, experiment, record, before, wanted.phase));
      this.#writeStatus(experiment, wanted.phase, records.length > 0 ? records : undefined);
      return { records, stopped: wanted.phase === 'Stop' };
    } catch (error) {
      this.#fail(experiment, 'run the experiment', error);
      return { records: status.containerRecords ?? [], stopped: true };
    }
  }

  #select(experiment: KubeObject, spec: ExperimentSpec): ContainerRecord[] {
    if (experiment.metadata.deletionTimestamp !== undefined) return [];
    const isLimitedToTargets = this.#kind.hasOtherEnd === true && spec.target !== undefined;
    const groups = [
      { selectorKey: TARGETS, ids: this.#targetIds(experiment, spec, this.#kind.hits(experiment)) },
      ...(isLimitedToTargets
        ? [{ selectorKey: OTHER_END, ids: this.#targetIds(experiment, OtherEnd.parse(spec.target), 'pods') }]
        : []),
    ];
    if (groups.some(({ ids }) => ids.length === 0)) {
      this.#fail(experiment, 'select targets', 'no target has been selected');
      return [];
    }
    return groups.flatMap(({ selectorKey, ids }) => ids.map((id) => newRecord(id, selectorKey)));
  }

  #targetIds(
    experiment: KubeObject,
    {
      selector,
      mode,
      value,
      containerNames,
    }: z.infer<typeof OtherEnd> & { containerNames?: string[] | undefined },
    hits: 'pods' | 'containers',
  ): string[] {
    const { store, random } = this.#cluster;
    const candidates = selectablePods(
      store.list(PODS),
      selector,
      experiment.metadata.namespace ?? '',
      store.list(NODES),
    );
    return pick(candidates, mode, value, random).flatMap((pod) => {
      if (hits === 'pods') return [keyOf(pod.metadata)];
      const names = containerNames?.length ? containerNames : [podSpec(pod).containers[0]?.name];
      return names.map((container) => `${keyOf(pod.metadata)}/${container}`);
    });
  }

  #operate(
    key: string,
    experiment: KubeObject,
    record: ContainerRecord,
    all: readonly ContainerRecord[],
    desired: 'Run' | 'Stop',
  ): ContainerRecord {
    const operation = operationFor(record, desired);
    if (!operation) return record;
    const timestamp = rfc3339(this.#cluster.clock.nowMs());
    try {
      refuseWhereStuck(experiment, operation);
      if (record.selectorKey === TARGETS) this.#act(experiment, operation, record, all);
    } catch (error) {
      this.#fail(experiment, `${operation.toLowerCase()} chaos`, error);
      this.queue.add(key, this.#cluster.clock.nowMs() + RETRY_MS);
      return afterOperation(record, operation, messageOf(error), timestamp);
    }
    const [reason, verb] = operation === 'Apply' ? ['Applied', 'apply'] : ['Recovered', 'recover'];
    this.#record(experiment, reason, `Successfully ${verb} chaos for ${record.id}`);
    return afterOperation(record, operation, null, timestamp);
  }

  #act(
    experiment: KubeObject,
    operation: 'Apply' | 'Recover',
    record: ContainerRecord,
    all: readonly ContainerRecord[],
  ): void {
    const otherEnd = all.filter(({ selectorKey }) => selectorKey === OTHER_END).map(({ id }) => id);
    if (operation === 'Apply') this.#kind.apply(experiment, podKeyOf(record), otherEnd);
    else this.#kind.recover(experiment, podKeyOf(record));
  }

  #writeStatus(
    experiment: KubeObject,
    desiredPhase: 'Run' | 'Stop',
    containerRecords: ContainerRecord[] | undefined,
  ): void {
    const { namespace, name } = experiment.metadata;
    this.#cluster.store.update(this.#kind.resource, namespace, name, (draft) => {
      draft.status = {
        ...draft.status,
        conditions: experimentConditions(experiment, containerRecords),
        experiment: { desiredPhase, ...(containerRecords && { containerRecords }) },
      };
    });
  }

  #setFinalizers(experiment: KubeObject, finalizers: string[]): void {
    const { namespace, name } = experiment.metadata;
    this.#cluster.store.update(this.#kind.resource, namespace, name, ({ metadata }) => {
      metadata.finalizers = finalizers;
    });
  }

  #fail(experiment: KubeObject, activity: string, error: unknown): void {
    const message = `Failed to ${activity}: ${messageOf(error)}`;
    const component = this.name;
    this.#cluster.events.record(experiment, { type: 'Warning', reason: 'Failed', message, component });
  }

  #record(experiment: KubeObject, reason: string, message: string): void {
    this.#cluster.events.record(experiment, { type: 'Normal', reason, message, component: this.name });
  }
}

function newRecord(id: string, selectorKey: string): ContainerRecord {
  return { id, selectorKey, phase: 'Not Injected', injectedCount: 0, recoveredCount: 0, events: [] };
}

/** The record's `namespace/pod`, of which a container's name may be the third part. */
function podKeyOf({ id }: ContainerRecord): string {
  return id.split('/').slice(0, 2).join('/');
}

function refuseWhereStuck({ metadata }: KubeObject, operation: 'Apply' | 'Recover'): void {
  const stuck = metadata.annotations?.[STUCK_ANNOTATION];
  const refused = { true: 'Recover', recover: 'Recover', apply: 'Apply' }[stuck ?? ''];
  if (refused === operation) {
    throw new Error('rpc error: code = DeadlineExceeded desc = context deadline exceeded (chaos-daemon)');
  }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
