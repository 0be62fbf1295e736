import { isSame, type Json } from '../../../safety/handover/json';
import type { Split } from './router';
import { reducedWeights, sharePercent, wholePercent } from './weights';

export type JsonObject = { [key: string]: Json };

/** What the rules of a route look like: matches, and backends with weights. */
export interface RuleKind {
  backendsOf(rule: JsonObject): readonly JsonObject[];
  withBackends(rule: JsonObject, backends: readonly JsonObject[]): JsonObject;
  roleOf(backend: JsonObject): 'stable' | 'canary' | 'other';
  /** The canary's backend beside a stable one. */
  canaryOf(backend: JsonObject): JsonObject;
  /** The stable version's backend in place of a canary's. */
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
    const unsplit = unsplitRule(kind, rule);
    return [take((before) => isSame(shapeOf(kind, before), shapeOf(kind, unsplit))) ?? unsplit];
  });
}

/** Percent of the stable version's traffic that goes to the canary, the most of all rules; null without a canary. */
export function canaryPercent(kind: RuleKind, rules: readonly JsonObject[]): number | null {
  const shares = sharesOf(kind, rules);
  return shares.length === 0 ? null : Math.max(...shares.map(({ percent }) => percent));
}

/** The same of each rule that goes to both; those that send neither anything have no say. */
export function canaryPercents(kind: RuleKind, rules: readonly JsonObject[]): number[] {
  return sharesOf(kind, rules).flatMap(({ percent, isUsed }) => (isUsed ? [percent] : []));
}

function sharesOf(kind: RuleKind, rules: readonly JsonObject[]): { percent: number; isUsed: boolean }[] {
  return rules.flatMap((rule) => {
    const backends = kind.backendsOf(rule);
    const sum = (role: string) =>
      weightsOf(kind, backends).reduce(
        (total, weight, index) => total + (roleAt(kind, backends, index) === role ? weight : 0),
        0,
      );
    if (!backends.some((backend) => kind.roleOf(backend) === 'canary')) return [];
    if (isCanaryOnly(kind, rule) && kind.asksByHeader(rule)) return [];
    const canary = sum('canary');
    const both = canary + sum('stable');
    return [{ percent: both === 0 ? 0 : sharePercent(canary, both), isUsed: both > 0 }];
  });
}

export function goesToStable(kind: RuleKind, rule: JsonObject): boolean {
  return kind.backendsOf(rule).some((backend) => kind.roleOf(backend) === 'stable');
}

function splitRule(kind: RuleKind, rule: JsonObject, split: Split): JsonObject[] {
  const backends = kind.backendsOf(rule);
  const stable = backends.find((backend) => kind.roleOf(backend) === 'stable');
  if (!stable) return [rule];
  const percent = wholePercent(split.weightPercent);
  const weights = reducedWeights(weightsOf(kind, backends));
  const shared = backends.flatMap((backend, index) => {
    const weight = weights[index] ?? 0;
    if (kind.roleOf(backend) !== 'stable') return [{ ...backend, weight: weight * 100 }];
    return [
      { ...backend, weight: weight * (100 - percent) },
      { ...kind.canaryOf(backend), weight: weight * percent },
    ];
  });
  const canary = kind.canaryOf(stable);
  const whole = kind.withBackends(rule, shared);
  const mirrored = split.mirrorPercent === null ? whole : kind.withMirror(whole, canary, split.mirrorPercent);
  return split.header === null ? [mirrored] : [kind.headerRule(rule, canary, split.header), mirrored];
}

function unsplitRule(kind: RuleKind, rule: JsonObject): JsonObject {
  const bare = kind.withoutMirror(rule);
  const backends = kind.backendsOf(bare);
  if (!backends.some((backend) => kind.roleOf(backend) === 'canary')) return bare;
  const weights = weightsOf(kind, backends);
  const kept: { backend: JsonObject; weight: number }[] = [];
  for (const [index, backend] of backends.entries()) {
    const weight = weights[index] ?? 0;
    const before = kept.at(-1);
    if (kind.roleOf(backend) !== 'canary') kept.push({ backend, weight });
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

function roleAt(kind: RuleKind, backends: readonly JsonObject[], index: number): string | null {
  const backend = backends[index];
  return backend ? kind.roleOf(backend) : null;
}

/** The objects of a list in an API object; none where it is no list. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
