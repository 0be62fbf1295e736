import type { ReleaseOperationKind, ReleaseState } from '../../agent/protocol';
import { phaseWords, releaseTitle, weightWords } from '../../webview/model/releases';
import type { RunningAgent } from '../agent/supervisor';
import type { Target } from '../views/target';
import { notFound, pick } from './ui';

const MAKE_ONE = 'Make a Deployment one with "Coxswain: Make Canary…".';

/** The release that the command is about, else the only one that fits, else one that the user picks of those that do. */
export async function pickRelease(
  { snapshot }: RunningAgent,
  target: Target,
  placeHolder: string,
  operation?: ReleaseOperationKind,
): Promise<ReleaseState> {
  const { releases } = snapshot;
  const id = target.releaseId ?? target.workloadId;
  if (id !== undefined) {
    const found = releases.find((release) => release.id === id);
    if (found) return found;
    throw notFound(`${id} is nothing that can be released.`, MAKE_ONE);
  }
  const fitting = releases.filter(
    ({ operations }) => operation === undefined || operations.includes(operation),
  );
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  return pick(
    fitting,
    (release) => ({
      label: releaseTitle(release, releases),
      description: `${release.ref.namespace} · ${phaseWords(release).title.toLowerCase()} · ${weightWords(release.weight)}`,
      detail: release.problem ?? release.status,
    }),
    placeHolder,
    releases.length === 0
      ? notFound('The cluster shows nothing that can be released.', MAKE_ONE)
      : notFound(
          'There is no release of which this can be done now.',
          'The Canaries view shows how they stand.',
        ),
  );
}
