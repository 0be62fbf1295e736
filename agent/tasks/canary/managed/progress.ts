import { canaryNames } from '../../../cluster/model/releaseNames';
import type { ManagedRelease, ManagedSettings, ReleaseNote } from '../../../cluster/releases';
import type { Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import type { ReversibleChange } from '../../../safety/change';
import { setImages } from '../operations/setImages';
import type { Split } from '../routers/router';
import {
  type Interference,
  interferenceIn,
  interferenceText,
  routerFor,
  routingOf,
} from '../routers/routers';
import { baselinePercent } from '../routers/weights';
import { createBaseline, createCanary, createService } from './canaryObjects';
import { baselineReplicas, canaryReplicas, mirrorAt, scaleCanary } from './canaryReplicas';
import type { ManagedContext } from './context';
import type { NextStep } from './nextChange';
import { deploymentAddress } from './noteChange';
import { stepOf, stuck } from './steps';

/**
 * In this order: the canary's Deployment and its Service, its images, as many pods as the weight needs, the split once
 * they are ready, and then away with pods that it no longer needs. A baseline comes along in each step.
 */
export function nextOfProgress(
  release: ManagedRelease,
  note: ReleaseNote,
  { config }: ManagedContext,
): NextStep {
  const { settings, canaryWorkload, services } = release;
  if (settings === 'broken')
    return stuck('its annotation coxswain.dev/canary cannot be read', 'Put it right, or roll back.');
  const interfered = interferenceIn(release);
  if (interfered) return interferedStep(interfered);
  const withdrawing = withdrawalStep(release, config);
  if (withdrawing) return withdrawing;
  const making = stepOf(missingObjects(release, note, settings, config));
  if (making) return making;
  if (canaryWorkload === null || services.canary === null) {
    const what = canaryWorkload === null ? 'Deployment' : 'Service';
    return stuck(
      `the canary’s ${what} is gone, and this release did not make it`,
      'Make it again, or roll back.',
    );
  }
  return (
    imagesStep(note, settings, canaryWorkload) ??
    baselineImagesStep(release) ??
    trafficStep(release, note, canaryWorkload, config) ?? { kind: 'done' }
  );
}

function interferedStep(interfered: Interference): NextStep {
  return {
    kind: 'stuck',
    why: interferenceText(interfered),
    remedy: 'Set a weight, promote, or roll back: Coxswain does not overwrite it by itself.',
    interfered,
  };
}

/** No request is to go to a baseline that does not answer; null where none does. */
export function withdrawalStep(release: ManagedRelease, config: Config): NextStep | null {
  const { baseline, weight, settings } = release;
  const routing = routingOf(release);
  if (baseline === null || weight === null || isUp(release) || !routing || settings === 'broken') return null;
  return stepOf(routerFor(settings.router).split(routing, splitAt(release, weight, config)));
}

/** What the note says is made for this release, and is not there. */
function missingObjects(
  release: ManagedRelease,
  { made, images, weight }: ReleaseNote,
  settings: ManagedSettings,
  config: Config,
): ReversibleChange[] {
  const names = canaryNames(release.ref.name, settings);
  const { canaryWorkload, baselineWorkload, services } = release;
  const isMissing = (what: string, object: unknown) => object === null && made.includes(what);
  const changes: [boolean, () => ReversibleChange][] = [
    [
      isMissing(`Deployment/${names.deployment}`, canaryWorkload),
      () => createCanary(release, names.deployment, images, canaryReplicas(release, weight, config)),
    ],
    [
      isMissing(`Service/${names.service}`, services.canary),
      () => createService(release, names.service, 'canary'),
    ],
    [
      isMissing(`Deployment/${names.baselineDeployment}`, baselineWorkload),
      () => createBaseline(release, names.baselineDeployment, baselineReplicas(release, weight, config)),
    ],
    [
      isMissing(`Service/${names.baselineService}`, services.baseline),
      () => createService(release, names.baselineService, 'baseline'),
    ],
  ];
  return changes.flatMap(([is, change]) => (is ? [change()] : []));
}

/** The canary runs what is released; one that somebody keeps by himself gets it before it gets traffic. */
function imagesStep(note: ReleaseNote, settings: ManagedSettings, canary: Workload): NextStep | null {
  const { ref, uid, containers } = canary;
  const differs = note.images.some(
    ({ container, image }) => containers.find(({ name }) => name === container)?.image !== image,
  );
  if (!differs) return null;
  if (settings.deployment !== undefined && note.weight === 0) {
    const resource = deploymentAddress(ref.namespace, ref.name);
    const change = setImages({ resource, uid, containers }, note.images);
    return 'why' in change ? stuck(change.why, 'Look at the canary’s Deployment.') : stepOf([change]);
  }
  const runs = containers.map(({ image }) => image).join(', ');
  return stuck(
    `somebody else has changed the canary: it runs ${runs}, and ${note.images.map(({ image }) => image).join(', ')} is released`,
    'Roll back, and start a release of what it is to be.',
  );
}

/** The baseline is what the stable version is now. */
function baselineImagesStep({ workload, baseline, baselineWorkload }: ManagedRelease): NextStep | null {
  if (baseline === null || baselineWorkload === null) return null;
  const { ref, uid, containers } = baselineWorkload;
  const images = workload.containers.map(({ name, image }) => ({ container: name, image }));
  const isSame = images.every(
    ({ container, image }) => containers.find(({ name }) => name === container)?.image === image,
  );
  if (isSame) return null;
  const change = setImages({ resource: deploymentAddress(ref.namespace, ref.name), uid, containers }, images);
  return 'why' in change
    ? stuck(change.why, 'Roll back: the stable version has other containers than its baseline.')
    : stepOf([change]);
}

function trafficStep(
  release: ManagedRelease,
  note: ReleaseNote,
  canary: Workload,
  config: Config,
): NextStep | null {
  const { settings, weight } = release;
  const routing = routingOf(release);
  if (!routing || settings === 'broken')
    return stuck('its route is gone', 'Make it again as the note coxswain.dev/release has it, or roll back.');
  const wanted = canaryReplicas(release, note.weight, config);
  const baseline = baselineOf(release, note.weight, config);
  const isOwn = settings.deployment === undefined;
  const isRaise = weight === null || note.weight > weight;
  const router = routerFor(settings.router);
  if (isRaise) {
    const growing = isOwn && canary.desiredReplicas < wanted ? stepOf(scaleCanary(canary, wanted)) : null;
    const growingBaseline = baseline?.isShort ? stepOf(baseline.scaling) : null;
    const waiting =
      growing ??
      growingBaseline ??
      readinessStep(canary, isOwn && canary.autoscalers.length === 0 ? wanted : 1) ??
      baseline?.readiness;
    if (waiting) return waiting;
  }
  const splitting = router.split(routing, splitAt(release, note.weight, config));
  return (
    stepOf(splitting) ??
    (isOwn ? stepOf(scaleCanary(canary, wanted)) : null) ??
    stepOf(baseline?.scaling ?? []) ??
    (isUp(release) ? null : (baseline?.readiness ?? null))
  );
}

/** The baseline as a weight of the canary needs it; null where the release has none. */
export function baselineOf(
  release: ManagedRelease,
  weightPercent: number,
  config: Config,
): { scaling: readonly ReversibleChange[]; isShort: boolean; readiness: NextStep | null } | null {
  const { baseline, baselineWorkload } = release;
  if (baseline === null || baselineWorkload === null) return null;
  const wanted = baselineReplicas(release, weightPercent, config);
  return {
    scaling: scaleCanary(baselineWorkload, wanted),
    isShort: baselineWorkload.desiredReplicas < wanted,
    readiness: readinessStep(baselineWorkload, wanted, 'baseline'),
  };
}

/** How the route is to be at a weight. */
export function splitAt(release: ManagedRelease, weightPercent: number, { canary }: Config): Split {
  return {
    weightPercent,
    baselinePercent: release.baseline === null ? null : baselineAt(release, weightPercent),
    header: canary.canaryHeader,
    mirrorPercent: mirrorAt(release, weightPercent),
  };
}

/**
 * A baseline without a ready pod gets nothing: its part is the stable version's until it is back, since nobody is to be
 * harmed by what is only there to compare with. While a promotion gives the traffic back it goes down with the canary.
 */
function baselineAt(release: ManagedRelease, weightPercent: number): number {
  const { note, weight, baselineWeight } = release;
  if (!isUp(release)) return 0;
  const isPromoting = note !== null && note !== 'broken' && note.goal === 'promote';
  if (!isPromoting || !weight) return baselinePercent(weightPercent);
  return Math.floor(((baselineWeight ?? 0) * weightPercent) / weight);
}

/** Whether traffic goes to a baseline that does not answer: what is next is then to take it away, and no more. */
export function feedsNobody(release: ManagedRelease): boolean {
  return (release.baselineWeight ?? 0) > 0 && !isUp(release);
}

/** Whether there is a baseline that answers. */
function isUp({ baselineWorkload, services }: ManagedRelease): boolean {
  return services.baseline !== null && (baselineWorkload?.readyReplicas ?? 0) > 0;
}

/** What a container waits for that does not come by waiting. */
const HOPELESS = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Null once so many pods of the canary, or of the baseline, are ready. */
export function readinessStep(
  { pods, readyReplicas, rollingOut, rolloutStalled, ref }: Workload,
  wanted: number,
  of: 'canary' | 'baseline' = 'canary',
): NextStep | null {
  if (readyReplicas >= wanted && readyReplicas > 0 && !rollingOut) return null;
  const failing = pods.find(({ waitingReason }) => HOPELESS.has(waitingReason ?? ''));
  if (failing)
    return stuck(
      `pod ${failing.name} of the ${of} does not start: ${failing.waitingReason}`,
      of === 'canary' ? 'Roll back, and release an image that starts.' : WITHOUT_BASELINE,
    );
  if (rolloutStalled)
    return stuck(
      `the ${of}’s Deployment ${ref.name} is not ready within its progress deadline`,
      of === 'canary' ? 'Look at its pods; roll back, and release what starts.' : WITHOUT_BASELINE,
    );
  return { kind: 'wait', why: `${readyReplicas} of ${wanted} pods of the ${of} are ready` };
}

const WITHOUT_BASELINE = 'Look at its pods; or roll back, and release without canary.baseline.';
