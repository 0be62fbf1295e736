import * as z from 'zod';
import type { KubeObject, ResourceType } from '../../objectStore';
import { sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { condition, controlledBy, controllerOf, keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import {
  chaosProgress,
  childrenOf,
  EMBEDDED_FIELDS,
  embeddedSpec,
  experimentType,
  SCHEDULES,
  WORKFLOWS,
} from './children';
import { parseCron } from './cron';
import { isPaused, PAUSE_ANNOTATION } from './lifecycle';

const ScheduleSpec = z.looseObject({
  schedule: z.string(),
  type: z.string(),
  concurrencyPolicy: z.enum(['Forbid', 'Allow']).default('Forbid'),
  historyLimit: z.int().min(1).default(1),
  startingDeadlineSeconds: z.number().optional(),
});
type ScheduleSpec = z.infer<typeof ScheduleSpec>;
const ScheduleStatus = z.object({ time: z.string().nullish() });

/** Beyond so many missed runs the clock must have been off. */
const MOST_MISSED = 100;

interface Runs {
  missedMs: number | null;
  nextMs: number;
}

/** Begins the experiment or workflow of each Schedule when its time has come, as `controllers/schedule` in Chaos Mesh. */
export class ScheduleController implements Controller {
  readonly name = 'schedule-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, SCHEDULES)) this.queue.add(keyOf(object.metadata));
      const owner = controllerOf(object);
      if (owner?.kind === 'Schedule') {
        this.queue.add(keyOf({ namespace: object.metadata.namespace ?? '', name: owner.name }));
      }
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const schedule = this.#cluster.store.get(SCHEDULES, namespace, name);
    if (!schedule || schedule.metadata.deletionTimestamp !== undefined) return;
    try {
      const spec = ScheduleSpec.parse(schedule.spec);
      const type = spec.type === 'Workflow' ? WORKFLOWS : experimentType(spec.type);
      if (!type) throw new RangeError(`the embedded cluster has no schedules of type ${spec.type}`);
      const children = childrenOf(this.#cluster.store, type, schedule);
      this.#passOnPause(schedule, type, children);
      this.#removeHistory(key, spec, type, children);
      this.#beginIfDue(key, schedule, spec, type);
      this.#listActive(schedule, type);
    } catch (error) {
      this.#fail(schedule, 'get run time', error);
    }
  }

  #passOnPause(schedule: KubeObject, type: ResourceType, children: readonly KubeObject[]): void {
    if (sameType(type, WORKFLOWS)) {
      if (isPaused(schedule)) {
        this.#record(schedule, 'Warning', 'NotSupported', 'pausing a workflow schedule is not supported');
      }
      return;
    }
    for (const child of children.filter((one) => isPaused(one) !== isPaused(schedule))) {
      this.#cluster.store.update(type, child.metadata.namespace, child.metadata.name, ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, [PAUSE_ANNOTATION]: String(isPaused(schedule)) };
      });
    }
  }

  /** Deletes the oldest beyond the limit; what has not finished waits until it has. */
  #removeHistory(key: string, spec: ScheduleSpec, type: ResourceType, children: readonly KubeObject[]): void {
    for (const child of children.slice(0, Math.max(0, children.length - spec.historyLimit))) {
      if (child.metadata.deletionTimestamp !== undefined) continue;
      const { isFinished, untilMs } = this.#progressOf(child);
      if (isFinished) this.#cluster.store.delete(type, child.metadata.namespace, child.metadata.name);
      else if (untilMs !== null) this.queue.add(key, untilMs);
    }
  }

  #beginIfDue(key: string, schedule: KubeObject, spec: ScheduleSpec, type: ResourceType): void {
    if (isPaused(schedule)) return;
    const nowMs = this.#cluster.clock.nowMs();
    const { missedMs, nextMs } = this.#runsOf(schedule, spec, nowMs);
    if (missedMs === null) {
      if (Number.isFinite(nextMs)) this.queue.add(key, nextMs);
      return;
    }
    const running = childrenOf(this.#cluster.store, type, schedule).find(
      (child) => !this.#progressOf(child).isFinished,
    );
    if (spec.concurrencyPolicy === 'Forbid' && running) {
      const why = `Forbid spawning new job because: ${running.metadata.name} is still running`;
      this.#record(schedule, 'Warning', 'Forbid', why);
      // Whoever runs tells of its changes; time alone may also end it.
      this.queue.add(key, Math.min(nextMs, this.#progressOf(running).untilMs ?? nextMs));
      return;
    }
    this.#begin(schedule, spec, type);
    if (Number.isFinite(nextMs)) this.queue.add(key, nextMs);
  }

  /** The latest run that should have been by now, and the one after it. */
  #runsOf(schedule: KubeObject, spec: ScheduleSpec, nowMs: number): Runs {
    const next = parseCron(spec.schedule);
    const { time } = ScheduleStatus.parse(schedule.status ?? {});
    const lastMs = Date.parse(time ?? schedule.metadata.creationTimestamp);
    const deadlineMs = spec.startingDeadlineSeconds === undefined ? -1 : spec.startingDeadlineSeconds * 1000;
    const earliestMs = deadlineMs < 0 ? lastMs : Math.max(lastMs, nowMs - deadlineMs);
    let missedMs: number | null = null;
    let nextMs = next(earliestMs);
    for (let missed = 1; nextMs <= nowMs; missed++) {
      if (missed > MOST_MISSED) {
        throw new RangeError(
          'too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew',
        );
      }
      missedMs = nextMs;
      nextMs = next(nextMs);
    }
    return { missedMs, nextMs };
  }

  #begin(schedule: KubeObject, spec: ScheduleSpec, type: ResourceType): void {
    const { store, clock } = this.#cluster;
    const { namespace = '', name } = schedule.metadata;
    const field = spec.type === 'Workflow' ? 'workflow' : (EMBEDDED_FIELDS[spec.type] ?? '');
    try {
      const child = store.create(type, {
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind: spec.type,
        metadata: {
          generateName: `${name}-`,
          namespace,
          labels: { 'managed-by': name },
          ownerReferences: [controlledBy(schedule)],
        },
        spec: embeddedSpec(schedule.spec, field),
      });
      this.#record(schedule, 'Normal', 'Spawned', `Create new object: ${child.metadata.name}`);
      store.update(SCHEDULES, namespace, name, (draft) => {
        draft.status = { ...draft.status, time: rfc3339(clock.nowMs()) };
      });
    } catch (error) {
      this.#fail(schedule, 'create new object', error);
    }
  }

  #listActive(schedule: KubeObject, type: ResourceType): void {
    const { store } = this.#cluster;
    const { namespace, name } = schedule.metadata;
    const active = childrenOf(store, type, schedule)
      .map(({ apiVersion, kind, metadata }) => ({
        apiVersion,
        kind,
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
    store.update(SCHEDULES, namespace, name, (draft) => {
      draft.status = { ...draft.status, active };
    });
  }

  #progressOf(child: KubeObject): ReturnType<typeof chaosProgress> {
    if (child.kind !== 'Workflow') return chaosProgress(child, this.#cluster.clock.nowMs());
    return { isFinished: condition(child, 'Accomplished')?.status === 'True', untilMs: null };
  }

  #fail(schedule: KubeObject, activity: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#record(schedule, 'Warning', 'Failed', `Failed to ${activity}: ${why}`);
  }

  #record(schedule: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#cluster.events.record(schedule, { type, reason, message, component: this.name });
  }
}
