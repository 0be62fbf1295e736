import * as z from 'zod';
import { goDurationMs } from '../goDuration';
import type { RunningFault } from '../snapshot';
import { chaosIdentity, embeddedChaos, type FaultRecord } from './fault';
import { Condition, Meta } from './meta';

const PAUSE = 'experiment.chaos-mesh.org/pause';

const Template = z.looseObject({ name: z.string(), deadline: z.string().nullish() });

const WorkflowObject = z.object({
  apiVersion: z.string().default('chaos-mesh.org/v1alpha1'),
  metadata: Meta,
  spec: z.object({ entry: z.string(), templates: z.array(Template).default([]) }),
  status: z
    .object({
      conditions: z.array(Condition).nullish(),
      startTime: z.string().nullish(),
      endTime: z.string().nullish(),
    })
    .default({}),
});

/** A Workflow of Chaos Mesh, with the kind of its first fault. What its steps do are faults of their own as well. */
export function reduceWorkflow(object: unknown): FaultRecord {
  const { apiVersion, metadata, spec, status } = WorkflowObject.parse(object);
  const entry = spec.templates.find(({ name }) => name === spec.entry);
  const accomplished = status.conditions?.some(
    (each) => each.type === 'Accomplished' && each.status === 'True',
  );
  const isOver = accomplished === true || (status.endTime ?? '') !== '';
  return flow(metadata, {
    resource: { apiVersion, plural: 'workflows' },
    ...firstChaos(spec.templates),
    durationMs: entry?.deadline ? goDurationMs(entry.deadline) : null,
    state: metadata.deletionTimestamp
      ? 'recovering'
      : isOver
        ? 'ended'
        : status.startTime
          ? 'running'
          : 'starting',
  });
}

const ScheduleObject = z.object({
  apiVersion: z.string().default('chaos-mesh.org/v1alpha1'),
  metadata: Meta,
  spec: z.looseObject({ workflow: z.object({ templates: z.array(Template) }).nullish() }),
});

/** A Schedule of Chaos Mesh, which goes on until it is deleted. What it starts are faults of their own. */
export function reduceSchedule(object: unknown): FaultRecord {
  const { apiVersion, metadata, spec } = ScheduleObject.parse(object);
  return flow(metadata, {
    resource: { apiVersion, plural: 'schedules' },
    kind: 'other',
    podLabels: firstChaos([spec, ...(spec.workflow?.templates ?? [])]).podLabels,
    durationMs: null,
    state: metadata.deletionTimestamp
      ? 'recovering'
      : metadata.annotations[PAUSE] === 'true'
        ? 'paused'
        : 'running',
  });
}

interface Flow extends Pick<RunningFault, 'kind' | 'podLabels' | 'durationMs' | 'state'> {
  resource: { apiVersion: string; plural: string };
}

function flow(metadata: Meta, { resource, ...rest }: Flow): FaultRecord {
  const { namespace, name, uid } = metadata;
  const fault: RunningFault = {
    ...chaosIdentity(metadata),
    provider: 'chaos-mesh',
    resource: { ...resource, namespace, name },
    namespaces: [namespace],
    pods: [],
    trouble: '',
    ...rest,
  };
  return { namespace, name, uid, fault, parent: null };
}

function firstChaos(holders: readonly Record<string, unknown>[]): Pick<RunningFault, 'kind' | 'podLabels'> {
  return holders.flatMap((holder) => embeddedChaos(holder) ?? [])[0] ?? { kind: 'other', podLabels: {} };
}
