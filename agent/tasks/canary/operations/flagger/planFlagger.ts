import type { FlaggerRelease } from '../../../../cluster/releases';
import type { Workload } from '../../../../cluster/snapshot';
import type { ReleaseOperation } from '../../../../protocol';
import type { ResourceAddress, ReversibleChange, Write } from '../../../../safety/change';
import { mergePatch } from '../mergePatch';
import { impossible, type Planned, planned } from '../plan';
import { setImages } from '../setImages';
import { type FlaggerObject, readFlagger } from './flaggerObject';
import { type GateOpening, whyGatePassed } from './gateAhead';
import { stableRoute } from './stableRoute';

/** `kubectl rollout restart` writes it; to Flagger it is a new revision. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/**
 * What would be written for an operation on a Canary of Flagger. Its documentation has no commands for most of them:
 * people patch the Canary or its target, and so does this. A `threshold` of 0, which some recommend for a roll back,
 * counts as 1 in Flagger (pkg/apis/flagger/v1beta1, GetAnalysisThreshold) and ends nothing where no check has failed;
 * as many failed checks as the threshold in the status do.
 */
export function planFlagger(
  release: FlaggerRelease,
  operation: ReleaseOperation,
  { nowMs }: { nowMs: number },
): Planned {
  const flagger = readFlagger(release);
  if (!flagger) return impossible(`Canary ${release.ref.name} is not as Flagger has them`);
  const { spec } = flagger;
  switch (operation.kind) {
    case 'adopt':
      return impossible('it is a release already');
    case 'start':
      return withTarget(release, (target) => images(target, operation.images));
    case 'weight':
      return impossible('the analysis of the Canary sets its weights');
    case 'pause':
      return spec.suspend
        ? impossible('it is suspended already')
        : patched(release, { suspend: true }, 'it stays at the weight where it is');
    case 'resume':
      return spec.suspend
        ? patched(release, { suspend: null }, 'it goes on where it was')
        : impossible('it is not suspended');
    case 'promote':
    case 'promote-full':
    case 'skip-analysis':
      return skip(release, flagger);
    case 'abort':
      return abort(release, flagger);
    case 'rollback':
      return rollback(release, flagger);
    case 'retry':
      return flagger.status.phase === 'Failed'
        ? withTarget(release, (target) => restart(target, nowMs, 'the analysis begins anew'))
        : impossible('only a failed Canary is tried again');
    case 'restart':
      return withTarget(release, (target) =>
        restart(target, nowMs, 'its pods are made anew, by a release of their own'),
      );
    case 'undo':
      return operation.toRevision === undefined ? undo(release) : impossible('Flagger keeps no revisions');
    case 'reset':
      return reset(release, flagger);
    case 'open-gate':
      return openGate(release, operation);
  }
}

/** Nothing is written: Flagger asks, and is told that it may. */
function openGate(release: FlaggerRelease, opening: GateOpening): Planned {
  const why = whyGatePassed(opening, release);
  if (why !== null) return impossible(why);
  const { gate, from, to } = opening;
  const promise =
    gate === 'confirm-promotion' ? 'Flagger promotes the canary' : `Flagger raises its traffic to ${to} %`;
  const text = (weight: string, isOpen: boolean) =>
    `${gate}: ${isOpen ? 'open' : 'closed'}\ncanary: ${weight}\n`;
  const after = gate === 'confirm-promotion' ? 'promoted' : `${to} %`;
  return {
    kind: 'plan',
    plan: { changes: [], before: text(`${from} %`, false), after: text(after, true), promise },
  };
}

/** Phases in which an analysis is under way. */
const UNDER_WAY = ['Progressing', 'Waiting', 'WaitingPromotion'];
/** Of these, those that look at the failed checks. */
const COUNTS_CHECKS = ['Progressing', 'WaitingPromotion'];

function skip(release: FlaggerRelease, { spec, status }: FlaggerObject): Planned {
  if (spec.skipAnalysis) return impossible('the analysis is skipped already');
  if (!UNDER_WAY.includes(status.phase)) return impossible('no analysis is under way');
  return patched(release, { skipAnalysis: true }, 'the canary becomes the primary at Flagger’s next look');
}

function abort(release: FlaggerRelease, flagger: FlaggerObject): Planned {
  const { status, threshold } = flagger;
  if (!UNDER_WAY.includes(status.phase)) return impossible('no analysis is under way');
  // While it waits for a confirmation Flagger looks at no checks: the old version then is released in its place.
  if (!COUNTS_CHECKS.includes(status.phase)) return undo(release);
  return planned(
    [failing(release, threshold)],
    [['status.failedChecks', String(status.failedChecks), String(threshold)]],
    'Flagger rolls back at its next look',
  );
}

/** The traffic at once, and then what makes Flagger see it the same way. */
function rollback(release: FlaggerRelease, flagger: FlaggerObject): Planned {
  if (!UNDER_WAY.includes(flagger.status.phase)) return impossible('no analysis is under way');
  const route = stableRoute(release);
  const rest = abort(release, flagger);
  if (rest.kind === 'impossible') return rest;
  const { before, after } = rest.plan;
  return {
    kind: 'plan',
    plan: {
      changes: [...(route ? [route] : []), ...rest.plan.changes],
      before: `traffic: ${release.weight ?? '?'} % canary\n${before}`,
      after: `traffic: 0 % canary\n${after}`,
      promise: 'all traffic is on the primary, and the canary goes',
    },
  };
}

function reset(release: FlaggerRelease, { spec }: FlaggerObject): Planned {
  const patch = {
    ...(spec.skipAnalysis ? { skipAnalysis: false } : {}),
    ...(spec.suspend ? { suspend: null } : {}),
  };
  return Object.keys(patch).length === 0
    ? impossible('nothing was set by hand')
    : patched(release, patch, 'the next revision is analysed');
}

/** The target gets the images of the primary, which is a revision that Flagger knows to be good. */
function undo(release: FlaggerRelease): Planned {
  const { primary } = release;
  if (!primary) return impossible('there is no primary whose images could be restored');
  const wanted = primary.containers.map(({ name, image }) => ({ container: name, image }));
  return withTarget(release, (target) => images(target, wanted));
}

function withTarget({ target, spec }: FlaggerRelease, plan: (target: Workload) => Planned): Planned {
  if (target) return plan(target);
  const name = readFlagger({ spec, status: {} })?.spec.targetRef.name ?? '';
  return impossible(`its target ${name} is not there, or is no Deployment`);
}

function images(target: Workload, wanted: readonly { container: string; image: string }[]): Planned {
  const { uid, containers } = target;
  const change = setImages({ resource: deployment(target), uid, containers }, wanted);
  if ('why' in change) return impossible(change.why);
  const before = containers.map(({ image }) => image).join(', ');
  const promise = 'Flagger sees a new revision and begins its analysis';
  return planned([change], [['image', before, wanted.map(({ image }) => image).join(', ')]], promise);
}

function restart(target: Workload, nowMs: number, promise: string): Planned {
  const atText = new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const write: Write = {
    verb: 'json-patch',
    resource: deployment(target),
    operations: [
      { op: 'test', path: '/metadata/uid', value: target.uid },
      ...(target.templateAnnotated
        ? []
        : [{ op: 'add' as const, path: '/spec/template/metadata/annotations', value: {} }]),
      {
        op: 'add',
        path: `/spec/template/metadata/annotations/${RESTARTED_AT.replaceAll('/', '~1')}`,
        value: atText,
      },
    ],
  };
  const change: ReversibleChange = {
    description: `restart ${target.ref.name}`,
    write,
    inverse: { kind: 'none', why: 'pods that were made anew are not taken back' },
  };
  return planned([change], [[RESTARTED_AT, '', atText]], promise);
}

function patched(release: FlaggerRelease, spec: Readonly<Record<string, unknown>>, promise: string): Planned {
  const before = Object.entries(
    typeof release.spec === 'object' && release.spec !== null ? release.spec : {},
  );
  const seenOf = (name: string) => before.find(([key]) => key === name)?.[1] ?? null;
  const rows = Object.entries(spec).map(([key, value]): [string, string, string] => [
    `spec.${key}`,
    JSON.stringify(seenOf(key)),
    JSON.stringify(value),
  ]);
  const write = (from: unknown, patch: Readonly<Record<string, unknown>>): Write => ({
    verb: 'json-patch',
    resource: address(release),
    operations: [
      { op: 'test', path: '/metadata/uid', value: release.uid },
      ...mergePatch({ spec: from }, { spec: patch }),
    ],
  });
  const change: ReversibleChange = {
    description: `set ${rows.map(([key, , value]) => `${key} to ${value}`).join(', ')} of Canary ${release.ref.name}`,
    write: write(release.spec, spec),
    inverse: { kind: 'none', why: 'another operation of the release takes it back' },
  };
  return planned([change], rows, promise);
}

function failing(release: FlaggerRelease, failedChecks: number): ReversibleChange {
  return {
    description: `set the failed checks of Canary ${release.ref.name} to its threshold of ${failedChecks}`,
    write: {
      verb: 'json-patch',
      resource: address(release),
      subresource: 'status',
      operations: [
        { op: 'test', path: '/metadata/uid', value: release.uid },
        { op: 'add', path: '/status/failedChecks', value: failedChecks },
      ],
    },
    inverse: { kind: 'none', why: 'Flagger counts anew with the next revision' },
  };
}

function deployment({ ref }: Workload): ResourceAddress {
  return { apiVersion: 'apps/v1', plural: 'deployments', namespace: ref.namespace, name: ref.name };
}

function address({ ref }: FlaggerRelease): ResourceAddress {
  return { apiVersion: 'flagger.app/v1beta1', plural: 'canaries', namespace: ref.namespace, name: ref.name };
}
