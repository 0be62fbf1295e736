import type { ArgoRelease } from '../../../../cluster/releases';
import type { Workload } from '../../../../cluster/snapshot';
import type { ReleaseOperation } from '../../../../protocol';
import type { ResourceAddress, ReversibleChange, Write } from '../../../../safety/change';
import { asJson, isSame } from '../../../../safety/handover/json';
import { merged, mergePatch } from '../mergePatch';
import { impossible, type Planned, planned } from '../plan';
import { setImages } from '../setImages';
import { type ArgoObject, readArgo } from './argoObject';
import {
  type ArgoPatches,
  abortPatches,
  pausePatches,
  promoteFullPatches,
  promotePatches,
  restartPatches,
  resumePatches,
  retryPatches,
  revisionToRestore,
} from './argoPatches';

export interface ArgoContext {
  nowMs: number;
  /** The Deployment that the template comes from, where the Rollout refers to one. */
  template: Workload | undefined;
}

const HASH_LABEL = 'rollouts-pod-template-hash';

/** What `kubectl argo rollouts` would write for an operation on a Rollout. */
export function planArgo(release: ArgoRelease, operation: ReleaseOperation, context: ArgoContext): Planned {
  const argo = readArgo(release);
  if (!argo) return impossible(`Rollout ${release.ref.name} is not as Argo Rollouts has them`);
  switch (operation.kind) {
    case 'adopt':
      return impossible('it is a release already');
    case 'start':
      return planImages(release, argo, operation.images, context);
    case 'weight':
      return impossible('the steps of the Rollout set its weights');
    case 'open-gate':
      return impossible('nobody but Flagger asks the gate');
    case 'pause':
      return argo.spec.paused
        ? impossible('it is paused already')
        : patched(release, pausePatches(), PROMISES.pause);
    case 'resume':
      return resume(release, argo);
    case 'promote':
      return promote(release, argo);
    case 'promote-full':
      return argo.isPromoted && !argo.spec.paused
        ? impossible('the wanted version serves everybody already')
        : patched(release, promoteFullPatches(argo), PROMISES.promoteFull);
    case 'abort':
      return abort(release, argo);
    case 'retry':
      return argo.status.abort
        ? patched(release, retryPatches(), PROMISES.retry)
        : impossible('only an aborted Rollout is tried again');
    case 'undo':
      return undo(release, operation.toRevision, context);
    case 'restart':
      return patched(release, restartPatches(context.nowMs), PROMISES.restart);
    case 'rollback':
      return rollback(release, argo, context);
    case 'skip-analysis':
      return skipAnalysis(release, argo);
    case 'reset':
      return argo.spec.paused
        ? patched(release, resumePatches(), PROMISES.resume)
        : impossible('nothing was set by hand');
  }
}

const PROMISES = {
  start: 'the canary starts, and the first step begins',
  pause: 'it stays at the step where it is',
  resume: 'it goes on from the step where it is',
  promote: 'it goes on to the next step',
  promoteFull: 'the canary serves everybody without further steps or analyses',
  abort: 'all traffic is on the stable version, and the canary goes',
  retry: 'the steps begin anew',
  undo: 'the revision is released again, by the same steps',
  restart: 'every pod is made anew, as many at a time as maxUnavailable allows',
  rollback: 'all traffic is on the stable version, which is wanted again',
} as const;

function resume(release: ArgoRelease, argo: ArgoObject): Planned {
  if (argo.spec.paused) return patched(release, resumePatches(), PROMISES.resume);
  // It waits at a pause step: to clear that is what promote does, too.
  if ((argo.status.pauseConditions ?? []).length > 0)
    return patched(release, promotePatches(argo), PROMISES.resume);
  return impossible('it is not paused');
}

function promote(release: ArgoRelease, argo: ArgoObject): Planned {
  if (argo.status.abort) return impossible('it is aborted; retry it, or set another image');
  if (argo.isPromoted && !argo.spec.paused) return impossible('the wanted version serves everybody already');
  return patched(release, promotePatches(argo), PROMISES.promote);
}

function abort(release: ArgoRelease, argo: ArgoObject): Planned {
  if (argo.status.abort) return impossible('it is aborted already');
  if (argo.isPromoted) return impossible('no other version is on its way');
  return patched(release, abortPatches(), PROMISES.abort);
}

/** The analysis is a step: promote leaves it. One in the background ends with the Rollout only. */
function skipAnalysis(release: ArgoRelease, argo: ArgoObject): Planned {
  const step = argo.steps[argo.stepIndex];
  return step?.analysis
    ? patched(release, promotePatches(argo), 'the analysis is left, and the next step begins')
    : impossible('it is not at an analysis step; `promote-full` leaves out all analyses');
}

/** The abort moves the traffic at once; then the stable template is wanted again. */
function rollback(release: ArgoRelease, argo: ArgoObject, context: ArgoContext): Planned {
  if (argo.isPromoted) return impossible('no other version is on its way');
  const stable = release.revisions.find(({ hash }) => hash === argo.status.stableRS);
  const restoring = stable ? templateChange(release, stable, context) : null;
  const aborting = argo.status.abort ? [] : changesOf(release, abortPatches());
  const changes = [...aborting, ...(restoring ? [restoring] : [])];
  return planned(
    changes,
    [
      ['traffic', 'stable and canary', 'stable'],
      ['template', 'canary', stable ? 'stable' : 'canary'],
    ],
    PROMISES.rollback,
  );
}

function undo(release: ArgoRelease, toRevision: number | undefined, context: ArgoContext): Planned {
  const revision = revisionToRestore(release, toRevision);
  if (!revision) {
    return impossible(
      toRevision === undefined
        ? 'there is no revision before this one'
        : `there is no revision ${toRevision}`,
    );
  }
  const change = templateChange(release, revision, context);
  if (!change) return impossible(`revision ${revision.revision} is what is wanted already`);
  const before = (release.canary ?? release.stable)?.containers.map(({ image }) => image).join(', ') ?? '';
  return planned([change], [['image', before, revision.images.join(', ')]], PROMISES.undo);
}

/** Puts the template of a revision back, on the Rollout or the Deployment that it refers to; null where it is there. */
function templateChange(
  release: ArgoRelease,
  revision: ArgoRelease['revisions'][number],
  { template }: ArgoContext,
): ReversibleChange | null {
  const restored = withoutHash(revision.template);
  const description = `restore revision ${revision.revision} of ${release.ref.name}`;
  if (release.workloadRef) {
    if (!template) return null;
    const write: Write = {
      verb: 'json-patch',
      resource: {
        apiVersion: 'apps/v1',
        plural: 'deployments',
        namespace: release.ref.namespace,
        name: template.ref.name,
      },
      operations: [
        { op: 'test', path: '/metadata/uid', value: template.uid },
        { op: 'replace', path: '/spec/template', value: restored },
      ],
    };
    return { description, write, inverse: { kind: 'none', why: 'the revisions keep what was there before' } };
  }
  const before = withoutHash(templateOf(release.spec));
  if (isSame(before, restored)) return null;
  const write = (from: typeof restored, to: typeof restored): Write => ({
    verb: 'json-patch',
    resource: addressOf(release),
    operations: [
      { op: 'test', path: '/metadata/uid', value: release.uid },
      { op: 'test', path: '/spec/template', value: from },
      { op: 'replace', path: '/spec/template', value: to },
    ],
  });
  const current = asJson(templateOf(release.spec));
  return {
    description,
    write: write(current, restored),
    inverse: { kind: 'write', write: write(restored, current), safe: false },
  };
}

function templateOf(spec: unknown): unknown {
  return typeof spec === 'object' && spec !== null && 'template' in spec ? spec.template : null;
}

/** The label by which Argo tells revisions apart is no part of a template. */
function withoutHash(template: unknown): ReturnType<typeof asJson> {
  return merged(asJson(template), { metadata: { labels: { [HASH_LABEL]: null }, creationTimestamp: null } });
}

function planImages(
  release: ArgoRelease,
  argo: ArgoObject,
  images: readonly { container: string; image: string }[],
  { template }: ArgoContext,
): Planned {
  const own = (argo.spec.template?.spec.containers ?? []).map(({ name, image = '' }) => ({ name, image }));
  const target = release.workloadRef
    ? template && {
        resource: { ...DEPLOYMENTS, namespace: release.ref.namespace, name: template.ref.name },
        uid: template.uid,
        containers: template.containers,
      }
    : { resource: addressOf(release), uid: release.uid, containers: own };
  if (!target) return impossible(`Deployment ${release.workloadRef?.name} is not there`);
  const change = setImages(target, images);
  if ('why' in change) return impossible(change.why);
  const before = target.containers.map(({ image }) => image).join(', ');
  return planned([change], [['image', before, images.map(({ image }) => image).join(', ')]], PROMISES.start);
}

const DEPLOYMENTS = { apiVersion: 'apps/v1', plural: 'deployments' } as const;

function patched(release: ArgoRelease, patches: ArgoPatches, promise: string): Planned {
  const rows = [
    ...rowsOf('status', release.status, patches.status),
    ...rowsOf('spec', release.spec, patches.spec),
  ];
  return planned(changesOf(release, patches), rows, promise);
}

/** The status first, as the command line does. */
function changesOf(release: ArgoRelease, { status, spec }: ArgoPatches): ReversibleChange[] {
  return [
    ...(status ? [changeOf(release, 'status', status)] : []),
    ...(spec ? [changeOf(release, 'spec', spec)] : []),
  ];
}

function changeOf(
  release: ArgoRelease,
  part: 'status' | 'spec',
  patch: Readonly<Record<string, unknown>>,
): ReversibleChange {
  const seen = release[part];
  const object = seen === null || seen === undefined ? {} : { [part]: seen };
  const write: Write = {
    verb: 'json-patch',
    resource: addressOf(release),
    ...(part === 'status' ? { subresource: part } : {}),
    operations: [
      { op: 'test', path: '/metadata/uid', value: release.uid },
      ...mergePatch(object, { [part]: patch }),
    ],
  };
  return {
    description: `set ${Object.entries(patch)
      .map(([key, value]) => `${part}.${key} to ${JSON.stringify(value)}`)
      .join(', ')} of Rollout ${release.ref.name}`,
    write,
    inverse: { kind: 'none', why: 'another operation of the release takes it back' },
  };
}

function rowsOf(part: string, seen: unknown, patch: Readonly<Record<string, unknown>> | null) {
  const before = typeof seen === 'object' && seen !== null ? Object.entries(seen) : [];
  return Object.entries(patch ?? {}).map(([key, value]): [string, string, string] => [
    `${part}.${key}`,
    JSON.stringify(before.find(([name]) => name === key)?.[1] ?? null),
    JSON.stringify(value),
  ]);
}

function addressOf({ ref }: Pick<ArgoRelease, 'ref'>): ResourceAddress {
  return { apiVersion: 'argoproj.io/v1alpha1', plural: 'rollouts', namespace: ref.namespace, name: ref.name };
}
