import { MANAGED_BY, MANAGER } from '../../../cluster/labels';
import { canaryNames } from '../../../cluster/model/releaseNames';
import type { ManagedRelease, ReleaseNote } from '../../../cluster/releases';
import type { ReversibleChange } from '../../../safety/change';
import { setImages } from '../operations/setImages';
import { HEEDED_AFTER_MS } from '../routers/routeChange';
import { routerFor, routingOf } from '../routers/routers';
import { isObject } from '../routers/rules';
import { removal, serviceAddress } from './canaryObjects';
import type { ManagedContext } from './context';
import type { NextStep } from './nextChange';
import { deploymentAddress, noteChange } from './noteChange';
import { withdrawalStep } from './progress';
import { stepOf, stuck } from './steps';
import { nextOnWayBack } from './wayBack';

type Images = ReleaseNote['images'];

const DONE: NextStep = { kind: 'done' };

/**
 * The stable version gets the canary's images; once it is rolled out it gets its traffic back, as fast as its pods can
 * bear it, and the rest goes.
 */
export function nextOfPromotion(
  release: ManagedRelease,
  note: ReleaseNote,
  context: ManagedContext,
): NextStep {
  const { workload, isObserved } = release;
  const unseen = unseenStep(release, note) ?? withdrawalStep(release, context.config);
  if (unseen) return unseen;
  if (!runs(release, note.images)) {
    const why = whyOtherImages(release, note);
    if (why !== null) return stuck(why, 'Roll back, and start a release of what it is to be.');
    return stepOf(stableImages(release, note.images)) ?? DONE;
  }
  if (!isBackToOne(release)) {
    if (workload.rolloutStalled)
      return stuck(
        `Deployment ${workload.ref.name} does not become ready with the new images`,
        'Look at its pods, or roll back: until then both versions serve.',
      );
    if (workload.desiredReplicas === 0)
      return stuck(
        `Deployment ${workload.ref.name} is scaled to zero, and would get all traffic`,
        'Scale it up, or roll back once it has pods: until then the canary serves.',
      );
    const isReady = workload.readyReplicas >= workload.desiredReplicas;
    if (!isObserved || workload.rollingOut || !isReady)
      return {
        kind: 'wait',
        why: `${workload.readyReplicas} of ${workload.desiredReplicas} pods of the new stable version are ready`,
      };
    const onItsWay = nextOnWayBack(release, note, context);
    if (onItsWay) return onItsWay;
  }
  return leave(release, note, context.nowMs);
}

/**
 * Traffic to the stable version first, however many pods it has: whoever rolls back wants the canary to answer nobody any
 * more, and an autoscaler follows. Then its images where the promotion had begun, then the rest.
 */
export function nextOfRollback(release: ManagedRelease, note: ReleaseNote, nowMs: number): NextStep {
  return (
    stepOf(backToStable(release)) ??
    stepOf(imagesBack(release, note)) ??
    unseenStep(release, note) ??
    leave(release, note, nowMs)
  );
}

/** Nothing is taken away while nobody can tell whether traffic goes there. */
function unseenStep(release: ManagedRelease, { route }: ReleaseNote): NextStep | null {
  if (!release.isRouteListed)
    return stuck(
      'the routes of its router cannot be seen',
      'See whether its API is there and Coxswain may list it; the canary stays until then.',
    );
  const bySubset = isObject(route) && Array.isArray(route.subsets);
  return bySubset && release.route !== null && routingOf(release)?.subset === null
    ? stuck(
        'the DestinationRule by whose subsets its route goes is not as it was',
        'Make the DestinationRule again: until then nobody knows what goes to the canary.',
      )
    : null;
}

/** Why the stable version runs what neither the release nor the version before it is; null where it does not. */
export function whyOtherImages(release: ManagedRelease, note: ReleaseNote): string | null {
  return runs(release, note.images) || runs(release, note.previousImages)
    ? null
    : `somebody else has set ${imagesText(release)} on Deployment ${release.workload.ref.name}`;
}

/** All traffic to the stable version: none where it is so. */
export function backToStable(release: ManagedRelease): readonly ReversibleChange[] {
  const routing = routingOf(release);
  const { settings } = release;
  return routing && settings !== 'broken' ? routerFor(settings.router).finalize(routing) : [];
}

/** The images before the release, where a promotion has begun. */
export function imagesBack(
  release: ManagedRelease,
  { images, previousImages }: ReleaseNote,
): ReversibleChange[] {
  return runs(release, images) && !runs(release, previousImages) ? stableImages(release, previousImages) : [];
}

/** Sets images on the stable Deployment; taken back by the release itself. */
export function stableImages({ workload }: ManagedRelease, images: Images): ReversibleChange[] {
  const { ref, uid, containers } = workload;
  const resource = deploymentAddress(ref.namespace, ref.name);
  const change = setImages({ resource, uid, containers }, images);
  return 'why' in change ? [] : [change];
}

/** The route as it was; after a while, in which the last requests come back, what was made; then the note. */
function leave(release: ManagedRelease, note: ReleaseNote, nowMs: number): NextStep {
  const routing = stepOf(backToStable(release));
  if (routing) return routing;
  const { name } = release.ref;
  const removing = stepOf(removals(release, note));
  if (removing === null) return stepOf([noteChange(release, null, `end the release of ${name}`)]) ?? DONE;
  if (note.weight > 0) {
    const noted = { ...note, weight: 0, atWeightSinceMs: nowMs };
    return stepOf([noteChange(release, noted, `note that ${name} has no canary traffic any more`)]) ?? DONE;
  }
  return nowMs - note.atWeightSinceMs < HEEDED_AFTER_MS
    ? { kind: 'wait', why: 'the canary answers the last requests' }
    : removing;
}

/** What this release has made and is still there; what bears no mark of ours is somebody else's. */
function removals(release: ManagedRelease, { made }: ReleaseNote): ReversibleChange[] {
  const { ref, settings, canaryWorkload, baselineWorkload, services } = release;
  if (settings === 'broken') return [];
  const names = canaryNames(ref.name, settings);
  const isOurs = ({ labels }: { labels: Readonly<Record<string, string>> }) => labels[MANAGED_BY] === MANAGER;
  const { namespace } = ref;
  const found = [
    ['Deployment', names.deployment, canaryWorkload],
    ['Service', names.service, services.canary],
    ['Deployment', names.baselineDeployment, baselineWorkload],
    ['Service', names.baselineService, services.baseline],
  ] as const;
  return found.flatMap(([kind, name, object]) => {
    if (!object || !made.includes(`${kind}/${name}`) || !isOurs(object)) return [];
    const address = (kind === 'Deployment' ? deploymentAddress : serviceAddress)(namespace, name);
    return [removal(address, object.uid, `${kind} ${name}`)];
  });
}

function isBackToOne(release: ManagedRelease): boolean {
  return release.weight === null && backToStable(release).length === 0;
}

function runs({ workload }: ManagedRelease, images: Images): boolean {
  return images.every(
    ({ container, image }) => workload.containers.find(({ name }) => name === container)?.image === image,
  );
}

function imagesText({ workload }: ManagedRelease): string {
  return workload.containers.map(({ image }) => image).join(', ');
}
