import { type CanaryNames, canaryNames } from '../../../cluster/model/releaseNames';
import { RELEASE_NOTE, ReleaseNoteText } from '../../../cluster/model/releaseNote';
import type { ManagedRelease, ReleaseNote } from '../../../cluster/releases';
import type { ReleaseOperation } from '../../../protocol';
import { mirrorAt } from '../../../tasks/canary/managed/canaryReplicas';
import { wholePercent } from '../../../tasks/canary/routers/weights';
import type { Write } from '../../change';
import type { ReleaseInput } from '../../guardInput';
import { asJson, isSame } from '../../handover/json';
import { noteOf } from '../../releaseFacts';
import { routeMismatch } from './managedRoute';
import {
  changing,
  deployment,
  IMAGE,
  isOn,
  notFor,
  type Patch,
  RESTARTED_AT,
  setsOnly,
  strayPath,
  testsUid,
} from './places';

const NOTE = `/metadata/annotations/${RELEASE_NOTE.replace('/', '~1')}`;

/** What a release of Coxswain is about to become: by the operation, or by the note where it only goes on. */
type Goal = 'progress' | 'promote' | 'roll-back' | 'none';

/** Why a write is no part of an operation on a release that Coxswain moves; null where it is. */
export function managedMismatch(
  release: ManagedRelease,
  operation: ReleaseOperation,
  write: Write,
  { isStep, orderedBy }: Pick<ReleaseInput, 'isStep' | 'orderedBy'>,
): string | null {
  const { settings, ref } = release;
  const goal = goalOf(release, operation, isStep);
  if (isOn(write, deployment(ref.name)))
    return stableMismatch(release, operation, write, goal, { isStep, orderedBy });
  if (settings === 'broken') return 'its annotation coxswain.dev/canary cannot be read';
  const names = canaryNames(ref.name, settings);
  if (isOn(write, deployment(names.deployment)))
    return canaryMismatch(release, operation, write, goal, names.deployment);
  if (isOn(write, { group: '', plural: 'services', name: names.service }))
    return serviceMismatch(release, operation, write, goal, names.service);
  const baseline = baselineMismatch(release, operation, write, goal, names);
  if (baseline !== 'elsewhere') return baseline;
  const mismatchAt = (weight: number | null) => routeMismatch(release, operation, write, weight);
  const mismatch = mismatchAt(goal === 'progress' ? weightOf(release, operation, isStep) : null);
  const isMet = isStep && onTheWay(release, goal).some((weight) => mismatchAt(weight) === null);
  return isMet ? null : mismatch;
}

/** Weights of the canary that the steps of a release may leave it with before it has the one that is noted. */
function onTheWay(release: ManagedRelease, goal: Goal): readonly (number | null)[] {
  const { weight, baseline } = release;
  return [
    ...(goal === 'promote' ? [loweredTo(release)] : []),
    // A baseline that does not answer loses its part, and the canary keeps its own.
    ...(baseline !== null && (goal === 'progress' || goal === 'promote') ? [weight] : []),
  ].filter((each) => each !== null);
}

/** The weight that the route of a promotion goes down to before it is as it was; null where none is noted. */
function loweredTo(release: ManagedRelease): number | null {
  const noted = noteOf(release)?.weight ?? 0;
  return noted > 0 && noted < (release.weight ?? 0) ? noted : null;
}

function goalOf(release: ManagedRelease, { kind }: ReleaseOperation, isStep: boolean): Goal {
  if (isStep) return noteOf(release)?.goal ?? 'none';
  switch (kind) {
    case 'start':
    case 'weight':
      return 'progress';
    case 'promote':
    case 'promote-full':
      return 'promote';
    case 'abort':
    case 'rollback':
    case 'reset':
      return 'roll-back';
    default:
      return 'none';
  }
}

function weightOf(release: ManagedRelease, operation: ReleaseOperation, isStep: boolean): number {
  return !isStep && operation.kind === 'weight' ? operation.to : (noteOf(release)?.weight ?? 0);
}

function stableMismatch(
  release: ManagedRelease,
  operation: ReleaseOperation,
  write: Write,
  goal: Goal,
  by: Pick<ReleaseInput, 'isStep' | 'orderedBy'>,
): string | null {
  if (write.verb !== 'json-patch') return notFor(operation, write);
  if (!testsUid(write, release.uid)) return 'the write does not check that it is the same Deployment';
  const isNote = changing(write).every(({ path }) => path === NOTE || path === '/metadata/annotations');
  if (isNote) return noteMismatch(release, operation, write, by);
  if (operation.kind === 'restart') return strayPath(write, 'object', [RESTARTED_AT]);
  const note = noteOf(release);
  const images = goal === 'promote' ? note?.images : goal === 'roll-back' ? note?.previousImages : undefined;
  if (!images) return notFor(operation, write);
  const stray = strayPath(write, 'object', [IMAGE]);
  if (stray !== null) return stray;
  return setsOnly(
    write,
    images.map(({ image }) => image),
  )
    ? null
    : 'the write sets other images';
}

/** The note says what the operation says, and all else as before. */
function noteMismatch(
  release: ManagedRelease,
  operation: ReleaseOperation,
  write: Patch,
  { isStep, orderedBy }: Pick<ReleaseInput, 'isStep' | 'orderedBy'>,
): string | null {
  const before = noteOf(release);
  const after = notedIn(write);
  if (after === 'none') return before && isStep ? null : 'the write takes the note away';
  if (after === null) return 'the note that is written cannot be read';
  if (operation.kind === 'start' && !isStep) {
    if (release.note !== null) return 'a release is noted already';
    const isFirst = after.goal === 'progress' && after.weight === 0;
    return isFirst && isAmong(after, operation) ? null : 'the note is not of this release';
  }
  if (!before) return 'there is no note to change';
  const expected = isStep
    ? { ...before, weight: notedOnWayBack(before, after) }
    : { ...before, ...changesOf(release, operation, orderedBy) };
  const same = isSame(asJson({ ...after, atWeightSinceMs: 0 }), asJson({ ...expected, atWeightSinceMs: 0 }));
  return same ? null : `the note does not say what ${operation.kind} says`;
}

/** A promotion may give the traffic back in steps: each notes less than there was. */
function notedOnWayBack(before: ReleaseNote, after: ReleaseNote): number {
  return before.goal === 'promote' && after.weight < before.weight ? after.weight : 0;
}

function isAmong(note: ReleaseNote, operation: Extract<ReleaseOperation, { kind: 'start' }>): boolean {
  const wanted = new Set(operation.images.map(({ image }) => image));
  return note.images.every(({ image }) => wanted.has(image));
}

function changesOf(
  release: ManagedRelease,
  operation: ReleaseOperation,
  orderedBy: string | null,
): Partial<ReleaseNote> {
  switch (operation.kind) {
    case 'weight': {
      const weight = wholePercent(operation.to);
      const mirrorPercent = mirrorAt(release, weight) ?? undefined;
      return { weight, orderedBy: orderedBy ?? undefined, mirrorPercent };
    }
    case 'pause':
      return { paused: true };
    case 'resume':
      return { paused: false };
    case 'promote':
    case 'promote-full':
      return { goal: 'promote' };
    case 'abort':
    case 'rollback':
      return { goal: 'roll-back' };
    default:
      return {};
  }
}

/** The note that a patch leaves; `none` where it takes it away, null where it cannot be read. */
function notedIn(write: Patch): ReleaseNote | 'none' | null {
  const [change, ...others] = changing(write);
  if (!change || others.length > 0) return null;
  if (change.op === 'remove') return change.path === NOTE ? 'none' : null;
  const { value } = change;
  const isMap = change.path === '/metadata/annotations';
  if (isMap && Object.keys(value ?? {}).join() !== RELEASE_NOTE) return null;
  const text = isMap ? Object.values(value ?? {})[0] : value;
  try {
    return ReleaseNoteText.safeParse(JSON.parse(String(text))).data ?? null;
  } catch {
    return null;
  }
}

function canaryMismatch(
  release: ManagedRelease,
  operation: ReleaseOperation,
  write: Write,
  goal: Goal,
  name: string,
): string | null {
  const { canaryWorkload } = release;
  const isMade = isNoted(release, operation, `Deployment/${name}`);
  switch (write.verb) {
    case 'create':
      return goal === 'progress' && isMade ? null : notFor(operation, write);
    case 'delete':
      return isEnding(goal) && isMade && write.uid === canaryWorkload?.uid ? null : notFor(operation, write);
    case 'json-patch': {
      if (goal !== 'progress' || !canaryWorkload) return notFor(operation, write);
      if (!testsUid(write, canaryWorkload.uid))
        return 'the write does not check that it is the same Deployment';
      if (write.subresource === 'scale') return scaleMismatch(write);
      const wanted = operation.kind === 'start' ? operation.images : (noteOf(release)?.images ?? []);
      const stray = strayPath(write, 'object', [IMAGE]);
      if (stray !== null) return stray;
      return setsOnly(
        write,
        wanted.map(({ image }) => image),
      )
        ? null
        : 'the write sets other images';
    }
    case 'evict':
      return notFor(operation, write);
  }
}

/** Only its Deployment's pods and images are changed, and these to the stable version's. */
function baselineMismatch(
  release: ManagedRelease,
  operation: ReleaseOperation,
  write: Write,
  goal: Goal,
  { baselineDeployment, baselineService }: CanaryNames,
): string | null {
  const { baselineWorkload, services, workload } = release;
  const isDeployment = isOn(write, deployment(baselineDeployment));
  if (!isDeployment && !isOn(write, { group: '', plural: 'services', name: baselineService }))
    return 'elsewhere';
  const name = isDeployment ? `Deployment/${baselineDeployment}` : `Service/${baselineService}`;
  const uid = (isDeployment ? baselineWorkload : services.baseline)?.uid;
  const isMade = isNoted(release, operation, name);
  if (write.verb === 'create') return goal === 'progress' && isMade ? null : notFor(operation, write);
  if (write.verb === 'delete')
    return isEnding(goal) && isMade && write.uid === uid ? null : notFor(operation, write);
  if (write.verb !== 'json-patch' || !isDeployment || goal !== 'progress' || !isMade)
    return notFor(operation, write);
  if (uid === undefined || !testsUid(write, uid))
    return 'the write does not check that it is the same Deployment';
  if (write.subresource === 'scale') return scaleMismatch(write);
  const stray = strayPath(write, 'object', [IMAGE]);
  if (stray !== null) return stray;
  const images = workload.containers.map(({ image }) => image);
  return setsOnly(write, images) ? null : 'the write sets other images than the stable version’s';
}

function scaleMismatch(write: Patch): string | null {
  const stray = strayPath(write, 'scale', [/^\/spec\/replicas$/]);
  if (stray !== null) return stray;
  const isNone = changing(write).some(({ value }) => typeof value !== 'number' || value < 1);
  return isNone ? 'the write leaves it without pods' : null;
}

function serviceMismatch(
  release: ManagedRelease,
  operation: ReleaseOperation,
  write: Write,
  goal: Goal,
  name: string,
): string | null {
  const isMade = isNoted(release, operation, `Service/${name}`);
  if (write.verb === 'create') return goal === 'progress' && isMade ? null : notFor(operation, write);
  const isOurs = write.verb === 'delete' && write.uid === release.services.canary?.uid;
  return isOurs && isEnding(goal) && isMade ? null : notFor(operation, write);
}

/** What a release has made is noted before it is made; that of a new one is judged with its note. */
function isNoted(release: ManagedRelease, { kind }: ReleaseOperation, what: string): boolean {
  const note = noteOf(release);
  return note ? note.made.includes(what) : kind === 'start';
}

function isEnding(goal: Goal): boolean {
  return goal === 'promote' || goal === 'roll-back';
}
