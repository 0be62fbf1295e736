import type { Release, VersionPods } from '../../../cluster/releases';
import { CoxswainError, type ParsedParams, type Result } from '../../../protocol';
import { answeredVersion } from '../hooks/answeredVersion';
import { checkSplit } from '../hooks/checkSplit';
import { type SendRequest, sendRequest } from '../hooks/sendRequest';
import { hostOf, type RouteAddress, routeAddressOf } from './routeAddress';
import { imagesOf } from './underWay';

export interface SplitPorts {
  /** Reads one object of the API. @throws CoxswainError */
  get(path: string): Promise<unknown>;
  /** Requests with this header and the value `true` go to the canary. */
  canaryHeader: string;
  signal: AbortSignal;
  send?: SendRequest;
}

/** Sends real requests through a release's route. @throws CoxswainError `not-found` where nobody knows its address */
export async function checkReleaseSplit(
  release: Release,
  { requests, url, path, canaryHeader = false }: Omit<ParsedParams<'checkSplit'>, 'releaseId'>,
  ports: SplitPorts,
): Promise<Result<'checkSplit'>> {
  const address = await addressOf(release, url, ports.get);
  const share = canaryHeader ? 1 : release.weight === null ? null : release.weight / 100;
  const { count, text } = await checkSplit({
    ...address,
    path,
    requests,
    canaryHeader: canaryHeader ? ports.canaryHeader : null,
    expectedCanaryShare: share,
    versionOf: answeredVersion({
      // A baseline is the stable version.
      stable: [...namesOf(release.stable), ...namesOf(release.baseline)],
      canary: namesOf(release.canary),
    }),
    send: ports.send ?? sendRequest,
    signal: ports.signal,
  });
  return { count, expectedCanaryShare: share, text };
}

async function addressOf(
  release: Release,
  url: string | undefined,
  get: SplitPorts['get'],
): Promise<RouteAddress> {
  if (url !== undefined) return { url, host: hostOf(release) };
  const found = await routeAddressOf(release, get);
  if (found) return found;
  throw new CoxswainError(
    'not-found',
    `It is not known where clients reach ${release.ref.name}.`,
    'Give the address of its gateway: `coxswain canary split --url http://…`.',
  );
}

function namesOf(version: VersionPods | null): string[] {
  if (version === null) return [];
  return [...imagesOf(version), version.revision, ...version.pods.map(({ name }) => name)];
}
