import { isSame, type Json } from '../../../safety/handover/json';
import type { RuleShare, Split } from './router';
import { reducedWeights, sharePercent, wholePercent } from './weights';

export type JsonObject = { [key: string]: Json };

type Added = 'canary' | 'baseline';

/** What the rules of a route look like: matches, and backends with weights. */
export interface RuleKind {
  backendsOf(rule: JsonObject): readonly JsonObject[];
  withBackends(rule: JsonObject, backends: readonly JsonObject[]): JsonObject;
  roleOf(backend: JsonObject): 'stable' | Added | 'other';
  /** The backend of what is added beside a stable one. */
  besideOf(backend: JsonObject, role: Added): JsonObject;
  /** The stable version's backend in place of what was added. */
  stableOf(backend: JsonObject): JsonObject;
  /** Of a backend that says nothing, among so many. */
  defaultWeight(backends: number): number;
  /** The rule for requests that ask for the canary by a header. */
  headerRule(rule: JsonObject, canary: JsonObject, header: string): JsonObject;
  /** Whether all requests of a rule have asked for something by a header. */
  asksByHeader(rule: JsonObject): boolean;
  withMirror(rule: JsonObject, canary: JsonObject, percent: number): JsonObject;
  /** Without mirroring to the canary. */
  withoutMirror(rule: JsonObject): JsonObject;
  /** Percent of the requests that are mirrored to the canary, all its mirrors together; null for none. */
  mirrorOf(rule: JsonObject): number | null;
  /** Whether the API server takes so many. */
  fits(rules: readonly JsonObject[]): boolean;
}

/** The rules with their traffic to the stable version split. Those that do not go there stay as they are. */
export function splitRules(kind: RuleKind, rules: readonly JsonObject[], split: Split): JsonObject[] {
  const weighted = (header: string | null) =>
    rules.flatMap((rule) => splitRule(kind, rule, { ...split, header }));
  const all = weighted(split.header);
  return kind.fits(all) ? all : weighted(null);
}

/**
 * The rules as they would be without our split. Each that is otherwise as it was before is just that again; what
 * somebody has changed since stays, without the canary.
 *
 * @param original as they were before the first split; null where nobody knows
 */
export function unsplitRules(
  kind: RuleKind,
  rules: readonly JsonObject[],
  original: readonly JsonObject[] | null,
): JsonObject[] {
  const left = [...(original ?? [])];
  const take = (isMeant: (rule: JsonObject) => boolean): JsonObject | null => {
    const index = left.findIndex(isMeant);
    return index < 0 ? null : (left.splice(index, 1)[0] ?? null);
  };
  return rules.flatMap((rule) => {
    const same = take((before) => isSame(before, rule));
    if (same) return [same];
    if (isCanaryOnly(kind, rule) && kind.asksByHeader(rule)) return [];
    const unsplit = unsplitRule(kind, rule, original !== null);
    return [take((before) => isSame(shapeOf(kind, before), shapeOf(kind, unsplit))) ?? unsplit];
  });
}

/** Percent of the stable version's traffic that goes to the canary, the most of all rules; null without a canary. */
export function canaryPercent(kind: RuleKind, rules: readonly JsonObject[]): number | null {
  const percents = sharesOf(kind, rules).flatMap(({ canary }) => canary ?? []);
  return percents.length === 0 ? null : Math.max(...percents);
}

/** What goes to the canary and to the baseline in each rule of ours; those that send nothing have no say. */
export function ruleShares(kind: RuleKind, rules: readonly JsonObject[]): RuleShare[] {
  return sharesOf(kind, rules).flatMap(({ isUsed, ...share }) => (isUsed ? [share] : []));
}

function sharesOf(kind: RuleKind, rules: readonly JsonObject[]): (RuleShare & { isUsed: boolean })[] {
  return rules.flatMap((rule) => {
    const backends = kind.backendsOf(rule);
    const weights = weightsOf(kind, backends);
    const sums = { stable: 0, canary: 0, baseline: 0, other: 0 };
    const roles = backends.map((backend) => kind.roleOf(backend));
    for (const [index, role] of roles.entries()) sums[role] += weights[index] ?? 0;
    const mirror = kind.mirrorOf(rule);
    const isOurs = roles.some(isAdded) || (mirror !== null && roles.includes('stable'));
    if (!isOurs || (isCanaryOnly(kind, rule) && kind.asksByHeader(rule))) return [];
    const all = sums.stable + sums.canary + sums.baseline;
    const percent = (role: Added) =>
      roles.includes(role) ? (all === 0 ? 0 : sharePercent(sums[role], all)) : null;
    const isUsed = all > 0 || mirror !== null;
    return [{ canary: percent('canary'), baseline: percent('baseline'), mirror, isUsed }];
  });
}

function isAdded(role: ReturnType<RuleKind['roleOf']>): role is Added {
  return role === 'canary' || role === 'baseline';
}

export function goesToStable(kind: RuleKind, rule: JsonObject): boolean {
  return kind.backendsOf(rule).some((backend) => isStable(kind, backend));
}

function isStable(kind: RuleKind, backend: JsonObject | undefined): boolean {
  return backend !== undefined && kind.roleOf(backend) === 'stable';
}

function splitRule(kind: RuleKind, rule: JsonObject, split: Split): JsonObject[] {
  const backends = kind.backendsOf(rule);
  const stable = backends.find((backend) => kind.roleOf(backend) === 'stable');
  if (!stable) return [rule];
  const percent = wholePercent(split.weightPercent);
  const baseline = split.baselinePercent;
  const weights = reducedWeights(weightsOf(kind, backends));
  const shared = backends.flatMap((backend, index) => {
    const weight = weights[index] ?? 0;
    if (kind.roleOf(backend) !== 'stable') return [{ ...backend, weight: weight * 100 }];
    return [
      { ...backend, weight: weight * (100 - percent - (baseline ?? 0)) },
      { ...kind.besideOf(backend, 'canary'), weight: weight * percent },
      ...(baseline === null ? [] : [{ ...kind.besideOf(backend, 'baseline'), weight: weight * baseline }]),
    ];
  });
  const canary = kind.besideOf(stable, 'canary');
  const whole = kind.withBackends(rule, shared);
  const isUsed = weights.some((weight, index) => weight > 0 && isStable(kind, backends[index]));
  const copies = isUsed ? split.mirrorPercent : null;
  const mirrored = copies === null ? whole : kind.withMirror(whole, canary, copies);
  return split.header === null ? [mirrored] : [kind.headerRule(rule, canary, split.header), mirrored];
}

/** @param isNoted a release has begun, before which nothing was mirrored to the canary */
function unsplitRule(kind: RuleKind, rule: JsonObject, isNoted: boolean): JsonObject {
  const backends = kind.backendsOf(rule);
  const isSplit = backends.some((backend) => isAdded(kind.roleOf(backend)));
  const bare = isSplit || (isNoted && goesToStable(kind, rule)) ? kind.withoutMirror(rule) : rule;
  if (!isSplit) return bare;
  const weights = weightsOf(kind, backends);
  const kept: { backend: JsonObject; weight: number }[] = [];
  for (const [index, backend] of backends.entries()) {
    const weight = weights[index] ?? 0;
    const before = kept.at(-1);
    if (!isAdded(kind.roleOf(backend))) kept.push({ backend, weight });
    // Its share goes back to the stable one before it.
    else if (before) before.weight += weight;
    else kept.push({ backend: kind.stableOf(backend), weight });
  }
  const reduced = reducedWeights(kept.map(({ weight }) => weight));
  return kind.withBackends(
    bare,
    kept.map(({ backend }, index) => ({ ...backend, weight: reduced[index] ?? 0 })),
  );
}

/** What a rule is but for how its weights are written: the proportions in their smallest numbers. */
function shapeOf(kind: RuleKind, rule: JsonObject): JsonObject {
  const backends = kind.backendsOf(rule);
  const weights = reducedWeights(weightsOf(kind, backends));
  const single = backends.length === 1;
  return kind.withBackends(
    rule,
    backends.map((backend, index) => ({ ...backend, weight: single ? 1 : (weights[index] ?? 0) })),
  );
}

function isCanaryOnly(kind: RuleKind, rule: JsonObject): boolean {
  const backends = kind.backendsOf(rule);
  return backends.length > 0 && backends.every((backend) => kind.roleOf(backend) === 'canary');
}

function weightsOf(kind: RuleKind, backends: readonly JsonObject[]): number[] {
  const unset = kind.defaultWeight(backends.length);
  return backends.map(({ weight }) => (typeof weight === 'number' ? weight : unset));
}

/** The objects of a list in an API object; none where it is no list. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
