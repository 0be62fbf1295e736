import { RELEASE_NOTE } from '../../../cluster/model/releaseNote';
import type { ManagedRelease, ReleaseNote } from '../../../cluster/releases';
import type { ReleaseOperation } from '../../../protocol';
import { mergePatch } from '../operations/mergePatch';
import { impossible, type Planned, planned } from '../operations/plan';
import { interferenceIn, routerFor, routingOf } from '../routers/routers';
import { wholePercent } from '../routers/weights';
import { canaryReplicas, mirrorAt, scaleCanary } from './canaryReplicas';
import type { OperationContext } from './context';
import { backToStable, imagesBack, stableImages, whyOtherImages } from './ending';
import { deploymentAddress, noteChange } from './noteChange';
import { planStart } from './planStart';
import { baselineOf, readinessStep, splitAt } from './progress';

/**
 * The first changes of an operation on a release that Coxswain moves; those after them come by `nextChange`, as the
 * cluster answers:
 *
 * - `start`: the note, the canary's Deployment and its Service; the split at 0 %, with the copies that are asked for, comes
 *   once its pods are ready.
 * - `weight`: the note, and the split; where more pods are needed first, they in its place, and the split comes after.
 * - `promote`: the note and the stable version's images; the route, and the end of the canary, once that is rolled out.
 * - `abort`, `rollback`: the note and the route, and the images where a promotion had begun; the rest comes after.
 * - `pause`, `resume`: the note. `restart`, `reset`: all there is.
 */
export function planManaged(
  release: ManagedRelease,
  operation: ReleaseOperation,
  context: OperationContext,
): Planned {
  const { note, ref } = release;
  switch (operation.kind) {
    case 'start':
      return planStart(release, operation.images, context);
    case 'restart':
      return note === null
        ? restart(release, context.nowMs)
        : impossible(`a release of ${ref.name} is under way`);
    case 'reset':
      return reset(release);
    case 'abort':
    case 'rollback':
      return rollback(release);
    case 'adopt':
      return impossible('it is a release already');
    case 'retry':
    case 'undo':
      return impossible('start a release of the image that you want');
    case 'open-gate':
      return impossible('nobody but Flagger asks the gate');
    case 'skip-analysis':
      return impossible(
        'there is no analysis to skip: the evidence carries a promotion, or a person orders it',
      );
    default:
      if (note === null) return impossible('no release is under way');
      if (note === 'broken') return impossible('the note on it cannot be read');
      return planUnderWay(release, note, operation, context);
  }
}

type UnderWay = Extract<
  ReleaseOperation,
  { kind: 'weight' | 'pause' | 'resume' | 'promote' | 'promote-full' }
>;

function planUnderWay(
  release: ManagedRelease,
  note: ReleaseNote,
  operation: UnderWay,
  context: OperationContext,
): Planned {
  const { name } = release.ref;
  if (note.goal !== 'progress')
    return impossible(note.goal === 'promote' ? 'it is being promoted' : 'it is being rolled back');
  switch (operation.kind) {
    case 'weight':
      return planWeight(release, note, operation.to, context);
    case 'pause':
    case 'resume': {
      const paused = operation.kind === 'pause';
      if (note.paused === paused) return impossible(paused ? 'it is paused already' : 'it is not paused');
      const change = noteChange(release, { ...note, paused }, `${operation.kind} the release of ${name}`);
      const promise = paused ? `it stays at ${release.weight ?? 0} %` : 'it goes on by the evidence';
      return planned([change], [['paused', String(note.paused), String(paused)]], promise);
    }
    case 'promote':
    case 'promote-full':
      return planPromotion(release, note);
  }
}

function planWeight(
  release: ManagedRelease,
  note: ReleaseNote,
  wanted: number,
  { config, nowMs, orderedBy }: OperationContext,
): Planned {
  const { settings, canaryWorkload, weight, ref } = release;
  const routing = routingOf(release);
  const interfered = interferenceIn(release) !== null;
  if (!routing || settings === 'broken') return impossible('there is no route to split');
  if (!canaryWorkload || (weight === null && !interfered)) return impossible('the canary is not ready yet');
  const to = wholePercent(wanted);
  if (to === note.weight && to === weight && !interfered) return impossible(`its weight is ${to} % already`);
  const noted = noteChange(
    release,
    {
      ...note,
      weight: to,
      atWeightSinceMs: nowMs,
      orderedBy: orderedBy ?? undefined,
      // Copies end with the first traffic, and do not begin again where that is taken back.
      mirrorPercent: mirrorAt(release, to) ?? undefined,
    },
    `note ${to} % of ${ref.name} for the canary`,
  );
  const pods = canaryReplicas(release, to, config);
  const isOwn = settings.deployment === undefined;
  const needed = isOwn && canaryWorkload.autoscalers.length === 0 ? pods : 1;
  const baseline = baselineOf(release, to, config);
  const isRaise = to > (weight ?? 0);
  const growing = isRaise
    ? [
        ...(isOwn && canaryWorkload.desiredReplicas < pods ? scaleCanary(canaryWorkload, pods) : []),
        ...(baseline?.isShort ? baseline.scaling : []),
      ]
    : [];
  const isServed = readinessStep(canaryWorkload, needed) === null && (baseline?.readiness ?? null) === null;
  const isReady = !isRaise || isServed;
  const splitting = isReady ? routerFor(settings.router).split(routing, splitAt(release, to, config)) : [];
  return planned(
    [noted, ...(isReady ? splitting : growing)],
    [['canary', `${weight ?? 0} %`, `${to} %`]],
    `${to} % of the traffic goes to the canary`,
  );
}

function planPromotion(release: ManagedRelease, note: ReleaseNote): Planned {
  const { canaryWorkload, ref, workload } = release;
  if (!canaryWorkload || canaryWorkload.readyReplicas === 0)
    return impossible('no pod of the canary is ready');
  if (workload.desiredReplicas === 0) return impossible('the stable version is scaled to zero');
  const why = whyOtherImages(release, note);
  if (why !== null) return impossible(why);
  const change = noteChange(release, { ...note, goal: 'promote' }, `promote the canary of ${ref.name}`);
  const before = workload.containers.map(({ image }) => image).join(', ');
  const after = note.images.map(({ image }) => image).join(', ');
  return planned(
    [change, ...stableImages(release, note.images)],
    [['stable', before, after]],
    `${after} is the stable version, and the route is as it was`,
  );
}

/** Also of a note that cannot be read: then of the route alone. */
function rollback(release: ManagedRelease): Planned {
  const { note, ref, weight, workload } = release;
  if (note === null) return impossible('no release is under way');
  const back = backToStable(release);
  if (note === 'broken') {
    return back.length === 0
      ? impossible('the note on it cannot be read, and its route is not split')
      : planned(back, [['canary', `${weight ?? 0} %`, '0 %']], 'all traffic is on the stable version');
  }
  const images = imagesBack(release, note);
  const isNoted = note.goal === 'roll-back';
  if (isNoted && back.length + images.length === 0) return impossible('it is being rolled back');
  const noted = isNoted ? [] : [noteChange(release, { ...note, goal: 'roll-back' }, `roll back ${ref.name}`)];
  const imagesRow: [string, string, string][] =
    images.length === 0
      ? []
      : [
          [
            'stable',
            workload.containers.map(({ image }) => image).join(', '),
            note.previousImages.map(({ image }) => image).join(', '),
          ],
        ];
  return planned(
    [...noted, ...back, ...images],
    [['canary', `${weight ?? 0} %`, '0 %'], ...imagesRow],
    'all traffic is on the stable version, and the canary goes',
  );
}

/** Takes away a split that no release has left its note for. */
function reset(release: ManagedRelease): Planned {
  if (release.note !== null) return impossible('a release is under way: roll it back');
  const back = backToStable(release);
  return back.length === 0
    ? impossible('nothing was left behind')
    : planned(back, [['canary', `${release.weight ?? 0} %`, '0 %']], 'all traffic is on the stable version');
}

/** As `kubectl rollout restart` does it. */
function restart({ ref, uid, spec, annotations }: ManagedRelease, nowMs: number): Planned {
  if (annotations[RELEASE_NOTE] !== undefined) return impossible('a release is under way');
  const at = new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const template = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } };
  const operations = mergePatch({ spec }, { spec: { template } });
  return planned(
    [
      {
        description: `restart ${ref.name}`,
        write: {
          verb: 'json-patch',
          resource: deploymentAddress(ref.namespace, ref.name),
          operations: [{ op: 'test', path: '/metadata/uid', value: uid }, ...operations],
        },
        inverse: { kind: 'none', why: 'pods that were made anew are not taken back' },
      },
    ],
    [['restartedAt', '', at]],
    'every pod is made anew, as many at a time as maxUnavailable allows',
  );
}
