import type { ArgoRelease } from '../../../cluster/releases';
import type { ReleaseOperation, ReleaseOperationKind } from '../../../protocol';
import type { Write } from '../../change';
import { deployment, IMAGE, isOn, notFor, setsOnly, strayPath, testsUid } from './places';

interface Places {
  object?: readonly RegExp[];
  status?: readonly RegExp[];
}

const PAUSED = /^\/spec\/paused$/;
const STEP = /^\/status\/(pauseConditions|currentStepIndex|controllerPause)$/;
const ABORT = /^\/status\/abort$/;
const TEMPLATE = /^\/spec\/template(\/|$)/;

/** What `kubectl argo rollouts` changes for an operation, and nothing else. */
const PLACES: Readonly<Record<ReleaseOperationKind, Places>> = {
  adopt: {},
  start: { object: [IMAGE] },
  weight: {},
  'open-gate': {},
  pause: { object: [PAUSED] },
  resume: { object: [PAUSED], status: [STEP] },
  promote: { object: [PAUSED], status: [STEP] },
  'promote-full': { object: [PAUSED], status: [/^\/status\/promoteFull$/] },
  abort: { status: [ABORT] },
  retry: { status: [ABORT] },
  undo: { object: [TEMPLATE] },
  restart: { object: [/^\/spec\/restartAt$/] },
  rollback: { object: [TEMPLATE], status: [ABORT] },
  'skip-analysis': { object: [PAUSED], status: [STEP] },
  reset: { object: [PAUSED] },
};

/** Where its template is a Deployment's, images and templates are changed there. */
export function argoMismatch(release: ArgoRelease, operation: ReleaseOperation, write: Write): string | null {
  const rollout = { group: 'argoproj.io', plural: 'rollouts', name: release.ref.name };
  const isTemplate = release.workloadRef !== null && isOn(write, deployment(release.workloadRef.name));
  if (write.verb !== 'json-patch' || !(isOn(write, rollout) || isTemplate)) return notFor(operation, write);
  if (!isTemplate && !testsUid(write, release.uid))
    return 'the write does not check that it is the same Rollout';
  const place = write.subresource === 'status' ? 'status' : 'object';
  const allowed = PLACES[operation.kind][place] ?? [];
  const stray = strayPath(write, place, isTemplate ? allowed.filter((each) => each !== PAUSED) : allowed);
  if (stray !== null) return stray;
  const images = operation.kind === 'start' ? operation.images.map(({ image }) => image) : null;
  return images === null || setsOnly(write, images) ? null : 'the write sets other images';
}
