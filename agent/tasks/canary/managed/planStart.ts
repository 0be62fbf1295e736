import { hasLabels } from '../../../cluster/model/meta';
import { type CanaryNames, canaryNames } from '../../../cluster/model/releaseNames';
import type { ManagedRelease, ManagedSettings, ReleaseNote } from '../../../cluster/releases';
import { releaseSettingsOf } from '../live/releaseSettings';
import { impossible, type Planned, planned } from '../operations/plan';
import { setImages } from '../operations/setImages';
import { routerFor, routerText, routingOf } from '../routers/routers';
import { isObject } from '../routers/rules';
import { createBaseline, createCanary, createService, labelsOf, whyNoCopy } from './canaryObjects';
import { baselineReplicas, canaryReplicas } from './canaryReplicas';
import type { OperationContext } from './context';
import { deploymentAddress, noteChange } from './noteChange';

type Images = readonly { container: string; image: string }[];

/** Begins a release: the note first, so that whoever finds what is made knows what for. */
export function planStart(release: ManagedRelease, images: Images, context: OperationContext): Planned {
  const { settings, workload, ref, canaryWorkload } = release;
  const { baseline: isBaselined, mirrorPercent } = releaseSettingsOf(ref, context.config);
  const why = whyNot(release, { isBaselined, mirrorPercent });
  const routing = routingOf(release);
  if (why !== null || settings === 'broken' || !routing)
    return impossible(why ?? 'there is no route to split');
  const wanted = imagesOf(workload.containers, images);
  if ('why' in wanted) return impossible(wanted.why);
  const names = canaryNames(ref.name, settings);
  const isOwn = settings.deployment === undefined;
  const makesService = release.services.canary === null;
  const note: ReleaseNote = {
    id: context.newId(),
    by: context.by,
    settings,
    startedAtMs: context.nowMs,
    ...wanted,
    goal: 'progress',
    weight: 0,
    atWeightSinceMs: context.nowMs,
    stablePods: workload.desiredReplicas,
    ...(mirrorPercent === null ? {} : { mirrorPercent }),
    paused: false,
    route: routerFor(settings.router).noteOf(routing),
    made: [
      ...(isOwn ? [`Deployment/${names.deployment}`] : []),
      ...(makesService ? [`Service/${names.service}`] : []),
      ...(settings.router === 'nginx' ? [`Ingress/${names.ingress}`] : []),
      ...(isBaselined ? [`Deployment/${names.baselineDeployment}`, `Service/${names.baselineService}`] : []),
    ],
  };
  const foreign = isOwn ? null : canaryWorkload;
  const setting = foreign
    ? setImages(
        {
          resource: deploymentAddress(ref.namespace, names.deployment),
          uid: foreign.uid,
          containers: foreign.containers,
        },
        wanted.images,
      )
    : null;
  const noted = { ...release, note };
  const replicas = canaryReplicas(noted, 0, context.config);
  const fresh = baselineReplicas(noted, 0, context.config);
  const text = wanted.images.map(({ image }) => image).join(', ');
  return planned(
    [
      noteChange(release, note, `begin the release of ${text}`),
      ...(isOwn ? [createCanary(release, names.deployment, wanted.images, replicas)] : []),
      ...(setting && !('why' in setting) ? [setting] : []),
      ...(makesService ? [createService(release, names.service, 'canary')] : []),
      ...(isBaselined ? baselineChanges(release, names, fresh) : []),
    ],
    [
      ['canary', 'none', `${text}, ${podsText(replicas)} in ${names.deployment}`],
      ...(isBaselined
        ? [['baseline', 'none', `${podsText(fresh)} in ${names.baselineDeployment}`] as const]
        : []),
      ...(mirrorPercent === null
        ? []
        : [['copies', 'none', `of ${mirrorPercent} % of the requests`] as const]),
    ],
    mirrorPercent === null
      ? 'the canary starts, and gets no traffic yet but by its header'
      : `the canary starts, and gets copies of ${mirrorPercent} % of the requests, whose answers nobody hears`,
  );
}

function baselineChanges(release: ManagedRelease, names: CanaryNames, replicas: number) {
  return [
    createBaseline(release, names.baselineDeployment, replicas),
    createService(release, names.baselineService, 'baseline'),
  ];
}

function podsText(count: number): string {
  return `${count} ${count === 1 ? 'pod' : 'pods'}`;
}

/** What keeps a release from being begun, in words; null where nothing does. */
function whyNot(
  release: ManagedRelease,
  { isBaselined, mirrorPercent }: { isBaselined: boolean; mirrorPercent: number | null },
): string | null {
  const { settings, note, problems, workload, weight, ref } = release;
  if (note !== null) return `a release of ${ref.name} is under way`;
  if (settings === 'broken') return 'its annotation coxswain.dev/canary cannot be read';
  if (problems.length > 0) return problems.join(' ');
  if (weight !== null) return 'its route is split by something else already; `reset` takes that away';
  if (workload.rolloutStalled || workload.rollingOut) return 'the stable version is being rolled out';
  if (workload.desiredReplicas === 0) return 'the stable version is scaled to zero';
  if (isBaselined && !routerFor(settings.router).canSplitInThree)
    return `canary.baseline asks for a baseline, and ${routerText(settings)} cannot split its traffic in three: set workloads.${ref.namespace}/${ref.name}.canary.baseline to false, which compares with the old pods, or release it over the Gateway API or Istio`;
  return (
    whyNoMirror(release, settings, mirrorPercent) ??
    whyNoCopy(release, settings, isBaselined) ??
    whyTaken(release, settings) ??
    (isBaselined ? whyBaselineTaken(release, settings) : null)
  );
}

/** Copies that somebody else sends to the canary would pass for its evidence, and would not be told from ours. */
function whyNoMirror(
  release: ManagedRelease,
  settings: ManagedSettings,
  mirrorPercent: number | null,
): string | null {
  const { ref } = release;
  const router = routerFor(settings.router);
  const routing = routingOf(release);
  if (routing === null) return null;
  if (router.readRules(routing).some(({ mirror }) => mirror !== null))
    return `${routerText(settings)} sends copies to Service ${routing.canaryService} already: take that mirror away`;
  const why = mirrorPercent === null ? null : router.whyNoMirror(routing);
  return why === null
    ? null
    : `canary.mirrorPercent asks for copies of requests, and ${why}, or set workloads.${ref.namespace}/${ref.name}.canary.mirrorPercent to 0`;
}

function whyBaselineTaken(
  { baselineWorkload, services, ref }: ManagedRelease,
  settings: ManagedSettings,
): string | null {
  const names = canaryNames(ref.name, settings);
  if (baselineWorkload)
    return `there is a Deployment ${names.baselineDeployment} already, which the baseline would be: remove it`;
  return services.baseline
    ? `there is a Service ${names.baselineService} already, which the baseline’s would be: remove it`
    : null;
}

/** Names that somebody else's objects have. */
function whyTaken(release: ManagedRelease, settings: ManagedSettings): string | null {
  const { canaryWorkload, canaryIngress, services, ref } = release;
  const names = canaryNames(ref.name, settings);
  if (settings.deployment === undefined && canaryWorkload)
    return `there is a Deployment ${names.deployment} already; name it in the annotation, or remove it`;
  if (canaryIngress) return `there is an Ingress ${names.ingress} already`;
  const selector = isObject(services.canary?.spec) ? services.canary.spec.selector : null;
  if (!services.canary || settings.deployment !== undefined) return null;
  const wanted = isObject(selector)
    ? Object.fromEntries(Object.entries(selector).map(([key, value]) => [key, String(value)]))
    : {};
  return hasLabels(labelsOf(release, 'canary'), wanted)
    ? null
    : `Service ${names.service} is there already, and would not select the canary`;
}

/** Those that change, by container, and what they are now. */
function imagesOf(
  containers: readonly { name: string; image: string }[],
  images: Images,
): Pick<ReleaseNote, 'images' | 'previousImages'> | { why: string } {
  const resource = deploymentAddress('', '');
  const change = setImages({ resource, uid: '', containers }, images);
  if ('why' in change) return change;
  const pairs = containers.flatMap(({ name, image }) => {
    const to = images.findLast(({ container }) => container === name || container === '*')?.image ?? image;
    return to === image ? [] : [{ name, from: image, to }];
  });
  return {
    images: pairs.map(({ name, to }) => ({ container: name, image: to })),
    previousImages: pairs.map(({ name, from }) => ({ container: name, image: from })),
  };
}
