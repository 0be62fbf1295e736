import * as z from 'zod';
import type { AnalysisRunObject } from '../releases';
import type { Owner } from '../snapshot';
import { type Identified, LAST_APPLIED, Meta, timeMs } from './meta';
import { gitOpsOwners, managersOf, OwnedMeta } from './owners';

/** A Rollout of Argo Rollouts, or a Canary of Flagger. */
export interface ReleaseRecord extends Identified {
  resourceVersion: string;
  annotations: Readonly<Record<string, string>>;
  annotated: boolean;
  gitOps: readonly Owner[];
  spec: unknown;
  status: unknown;
}

/** An AnalysisRun that a Rollout has made. */
export interface AnalysisRunRecord extends Identified {
  /** Null for one that nobody's Rollout owns. */
  rollout: string | null;
  run: AnalysisRunObject;
}

const ReleaseSource = z.object({
  metadata: OwnedMeta,
  spec: z.looseObject({}),
  status: z.looseObject({}).nullish().catch(null),
});

/** Throws ZodError on what has no spec. */
export function reduceReleaseObject(object: unknown): ReleaseRecord {
  const { metadata, spec, status } = ReleaseSource.parse(object);
  const { namespace, name, uid, resourceVersion } = metadata;
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
  const labelled = gitOpsOwners(metadata);
  return {
    namespace,
    name,
    uid,
    resourceVersion,
    annotations,
    annotated: Object.keys(metadata.annotations).length > 0,
    gitOps: labelled.length > 0 ? labelled : managersOf(metadata, ['spec'], 'object'),
    spec,
    status: status ?? {},
  };
}

const RunObject = z.object({
  metadata: Meta,
  spec: z.looseObject({}).default({}),
  status: z.looseObject({}).nullish().catch(null),
});

export function reduceAnalysisRun(object: unknown): AnalysisRunRecord {
  const { metadata, spec, status } = RunObject.parse(object);
  const { namespace, name, uid, labels, creationTimestamp } = metadata;
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  return {
    namespace,
    name,
    uid,
    rollout: controller?.kind === 'Rollout' ? controller.name : null,
    run: { name, uid, createdAtMs: timeMs(creationTimestamp) ?? 0, labels, spec, status: status ?? {} },
  };
}
