import { ROUTE_MARK, type RouteMark } from '../../../cluster/model/releaseNote';
import type { RouteObject } from '../../../cluster/releases';
import type { ResourceAddress, ReversibleChange, Write } from '../../../safety/change';
import { isSame, type Json } from '../../../safety/handover/json';
import type { Routing, Split } from './router';
import { wholePercent } from './weights';

export type PatchOperation = Extract<Write, { verb: 'json-patch' }>['operations'][number];

/** One place of an object, as it is and as it is to be; null for what is not there. */
export interface Difference {
  path: string;
  before: Json;
  after: Json;
}

/** So long gateways may take to heed a change of their route, cluster ms. */
export const HEEDED_AFTER_MS = 5000;

const PLURALS: Readonly<Record<string, string>> = {
  HTTPRoute: 'httproutes',
  VirtualService: 'virtualservices',
  DestinationRule: 'destinationrules',
  Ingress: 'ingresses',
};

/** Where the API server has a route. */
export function routeAddress(
  { apiVersion, kind, name }: Pick<RouteObject, 'apiVersion' | 'kind' | 'name'>,
  namespace: string,
): ResourceAddress {
  return { apiVersion, plural: PLURALS[kind] ?? `${kind.toLowerCase()}s`, namespace, name };
}

/** A patch of a route that tests all that it replaces, and its way back; none where nothing is different. */
export function routeChange(
  route: RouteObject,
  namespace: string,
  differences: readonly Difference[],
  description: string,
): ReversibleChange[] {
  const changing = differences.filter(({ before, after }) => !isSame(before, after));
  if (changing.length === 0) return [];
  const back = changing.map(({ path, before, after }) => ({ path, before: after, after: before }));
  return [
    {
      description,
      write: patch(route, namespace, changing),
      inverse: { kind: 'write', write: patch({ ...route, annotated: true }, namespace, back), safe: true },
    },
  ];
}

/** The same for what gives the stable version its traffic back, which is not taken back by itself. */
export function finalChange(...route: Parameters<typeof routeChange>): ReversibleChange[] {
  const why = 'traffic is given to a canary by evidence only';
  return routeChange(...route).map((change) => ({ ...change, inverse: { kind: 'none', why } }));
}

/** The mark of a split. */
export function markOf(
  { releaseId }: Pick<Routing, 'releaseId'>,
  { weightPercent, baselinePercent, mirrorPercent }: Omit<Split, 'header'>,
): RouteMark {
  return {
    id: releaseId,
    weight: wholePercent(weightPercent),
    ...(baselinePercent === null ? {} : { baseline: baselinePercent }),
    ...(mirrorPercent === null ? {} : { mirror: mirrorPercent }),
  };
}

/** What a split sends where, in words: `send 10 % of HTTPRoute checkout to checkout-canary, and 10 % to checkout-baseline`. */
export function splitText(
  { canaryService, baselineService }: Routing,
  { weightPercent, baselinePercent, mirrorPercent }: Split,
  whole: string,
): string {
  const copies = mirrorPercent === null ? '' : `, and copies of ${mirrorPercent} % of the requests`;
  const canary = `send ${wholePercent(weightPercent)} % of ${whole} to ${canaryService}${copies}`;
  return baselinePercent === null ? canary : `${canary}, and ${baselinePercent} % to ${baselineService}`;
}

/** The mark on a route, as a difference. */
export function markDifference({ annotations }: RouteObject, mark: RouteMark | null): Difference {
  const path = `/metadata/annotations/${escaped(ROUTE_MARK)}`;
  return {
    path,
    before: annotations[ROUTE_MARK] ?? null,
    after: mark === null ? null : JSON.stringify(mark),
  };
}

function patch(
  { uid, annotated, ...route }: RouteObject,
  namespace: string,
  differences: readonly Difference[],
): Write {
  const operations: PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    ...(annotated ? [] : firstAnnotations(differences)),
    ...differences
      .filter(({ path }) => annotated || !path.startsWith(ANNOTATIONS))
      .flatMap(({ path, before, after }) => replaced(path, before, after)),
  ];
  // All tests come first, so that it is done where everything is as it was seen, or not at all.
  const isTest = ({ op }: PatchOperation) => op === 'test';
  return {
    verb: 'json-patch',
    resource: routeAddress(route, namespace),
    operations: [...operations.filter(isTest), ...operations.filter((operation) => !isTest(operation))],
  };
}

const ANNOTATIONS = '/metadata/annotations/';

/** A JSON patch can only add to a map that is there. */
function firstAnnotations(differences: readonly Difference[]): PatchOperation[] {
  const added = differences.filter(({ path, after }) => path.startsWith(ANNOTATIONS) && after !== null);
  if (added.length === 0) return [];
  const entries = added.map(({ path, after }) => [unescaped(path.slice(ANNOTATIONS.length)), after]);
  return [{ op: 'add', path: '/metadata/annotations', value: Object.fromEntries(entries) }];
}

export function replaced(path: string, before: Json, after: Json): PatchOperation[] {
  if (isSame(before, after)) return [];
  if (before === null) return [{ op: 'add', path, value: after }];
  const test: PatchOperation = { op: 'test', path, value: before };
  return after === null ? [test, { op: 'remove', path }] : [test, { op: 'replace', path, value: after }];
}

/** A key in a JSON pointer, RFC 6901, section 3. */
export function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
