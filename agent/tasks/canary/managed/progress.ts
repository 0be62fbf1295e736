import { canaryNames } from '../../../cluster/model/releaseNames';
import type { ManagedRelease, ManagedSettings, ReleaseNote } from '../../../cluster/releases';
import type { Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import type { ReversibleChange } from '../../../safety/change';
import { setImages } from '../operations/setImages';
import { interferenceIn, routerFor, routingOf } from '../routers/routers';
import { createDeployment, createService } from './canaryObjects';
import { canaryReplicas, scaleCanary } from './canaryReplicas';
import type { ManagedContext } from './context';
import type { NextStep } from './nextChange';
import { deploymentAddress } from './noteChange';
import { stepOf, stuck } from './steps';

/**
 * In this order: the canary's Deployment and its Service, its images, as many pods as the weight needs, the split once
 * they are ready, and then away with pods that it no longer needs.
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
    trafficStep(release, note, canaryWorkload, config) ?? { kind: 'done' }
  );
}

function interferedStep(interfered: { set: number; seen: number | null }): NextStep {
  const { set, seen } = interfered;
  const sight = seen === null ? 'the route says nothing of the canary' : `the route says ${seen} %`;
  return {
    kind: 'stuck',
    why: `somebody else has changed the weight: ${set} % was set, and ${sight}`,
    remedy: 'Set a weight, promote, or roll back: Coxswain does not overwrite it by itself.',
    interfered,
  };
}

/** What the note says is made for this release, and is not there. */
function missingObjects(
  release: ManagedRelease,
  { made, images, weight }: ReleaseNote,
  settings: ManagedSettings,
  config: Config,
): ReversibleChange[] {
  const names = canaryNames(release.ref.name, settings);
  const isMissing = (what: string, object: unknown) => object === null && made.includes(what);
  return [
    ...(isMissing(`Deployment/${names.deployment}`, release.canaryWorkload)
      ? [createDeployment(release, names.deployment, images, canaryReplicas(release, weight, config))]
      : []),
    ...(isMissing(`Service/${names.service}`, release.services.canary)
      ? [createService(release, names.service)]
      : []),
  ];
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
  const isOwn = settings.deployment === undefined;
  const isRaise = weight === null || note.weight > weight;
  if (isRaise) {
    const growing = isOwn && canary.desiredReplicas < wanted ? stepOf(scaleCanary(canary, wanted)) : null;
    const waiting = growing ?? readinessStep(canary, isOwn && canary.autoscalers.length === 0 ? wanted : 1);
    if (waiting) return waiting;
  }
  const splitting = routerFor(settings.router).split(routing, splitAt(note.weight, config));
  return stepOf(splitting) ?? (isOwn ? stepOf(scaleCanary(canary, wanted)) : null);
}

/** How the route is to be at a weight. */
export function splitAt(weightPercent: number, { canary }: Config) {
  return { weightPercent, header: canary.canaryHeader, mirrorPercent: null };
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

/** Null once so many pods of the canary are ready. */
export function readinessStep(canary: Workload, wanted: number): NextStep | null {
  if (canary.readyReplicas >= wanted && canary.readyReplicas > 0 && !canary.rollingOut) return null;
  const failing = canary.pods.find(({ waitingReason }) => HOPELESS.has(waitingReason ?? ''));
  if (failing)
    return stuck(
      `pod ${failing.name} of the canary does not start: ${failing.waitingReason}`,
      'Roll back, and release an image that starts.',
    );
  if (canary.rolloutStalled)
    return stuck(
      `the canary’s Deployment ${canary.ref.name} is not ready within its progress deadline`,
      'Look at its pods; roll back, and release what starts.',
    );
  return { kind: 'wait', why: `${canary.readyReplicas} of ${wanted} pods of the canary are ready` };
}
