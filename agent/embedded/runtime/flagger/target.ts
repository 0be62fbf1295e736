import type { KubeObject, NewObject } from '../../objectStore';
import { DEPLOYMENTS, HORIZONTAL_POD_AUTOSCALERS } from '../../store/resourceTypes';
import { condition, controlledBy, deploymentSpec } from '../kinds';
import { randomSuffix, templateHash } from '../workloads/names';
import type { CanaryView } from './canaryView';

/** Of the labels that a Deployment is told by, the first one that its selector has. */
const SELECTOR_LABELS = ['app', 'name', 'app.kubernetes.io/name'];
/** On the pods of the primary; another value rolls them out anew. */
const ID_ANNOTATION = 'flagger-id';
/** Flux's own marks stay where they are. */
const FLUX_MARK = 'toolkit.fluxcd.io';

/** That something is not as it should be yet, or will never be. */
export class NotReady extends Error {
  /** Waiting may help. */
  readonly isRetriable: boolean;

  constructor(message: string, isRetriable: boolean) {
    super(message);
    this.name = 'NotReady';
    this.isRetriable = isRetriable;
  }
}

/** The Deployment that people change. Throws Error where it is not there. */
export function targetOf(view: CanaryView): KubeObject {
  return deployment(view, view.names.target);
}

/** The label that its pods are told by. Throws Error. */
export function selectorLabel(view: CanaryView): { label: string; value: string } {
  const target = targetOf(view);
  const selector = deploymentSpec(target).selector as { matchLabels?: Record<string, string> };
  const { matchLabels = {} } = selector;
  const label = SELECTOR_LABELS.find((candidate) => matchLabels[candidate] !== undefined);
  if (label === undefined) {
    throw new Error(
      `getSelectorLabel failed: deployment ${view.names.target}.${view.namespace} spec.selector.matchLabels must contain one of [${SELECTOR_LABELS.join(' ')}]`,
    );
  }
  return { label, value: matchLabels[label] ?? '' };
}

/** Hash of the pod template, by which a new revision is known. */
export function appliedSpec(view: CanaryView): string {
  return templateHash(deploymentSpec(targetOf(view)).template);
}

/** A revision that is neither the one under way nor, after a roll back by hand, the one that was promoted. */
export function hasChanged(view: CanaryView): boolean {
  const { lastAppliedSpec, lastPromotedSpec } = view.status;
  if (lastAppliedSpec === '') return true;
  const hash = appliedSpec(view);
  return hash !== lastPromotedSpec && hash !== lastAppliedSpec;
}

/** Makes the primary Deployment where there is none. */
export function createPrimary(view: CanaryView): void {
  const { cluster, namespace, names, canary } = view;
  if (cluster.store.get(DEPLOYMENTS, namespace, names.primary)) return;
  const target = targetOf(view);
  const { label, value } = selectorLabel(view);
  const replicas = Math.max(1, deploymentSpec(target).replicas);
  const primary: NewObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: names.primary,
      namespace,
      labels: { [label]: `${value}-primary` },
      annotations: foreign(target.metadata.annotations),
      ownerReferences: [controlledBy(canary)],
    },
    spec: {
      ...rolloutSettings(target),
      replicas,
      selector: { matchLabels: { [label]: `${value}-primary` } },
      template: primaryTemplate(view, target),
    },
  };
  cluster.store.create(DEPLOYMENTS, primary);
}

/** Gives the primary the target's template, and as many pods where nothing scales them. */
export function promote(view: CanaryView): void {
  const { cluster, namespace, names, spec } = view;
  const target = targetOf(view);
  const template = primaryTemplate(view, target);
  cluster.store.update(DEPLOYMENTS, namespace, names.primary, (draft) => {
    draft.spec = {
      ...draft.spec,
      ...rolloutSettings(target),
      ...(!spec.autoscalerRef && { replicas: deploymentSpec(target).replicas }),
      template,
    };
  });
}

export function scaleTarget(view: CanaryView, replicas: number): void {
  view.cluster.store.update(DEPLOYMENTS, view.namespace, view.names.target, (draft) => {
    draft.spec = { ...draft.spec, replicas };
  });
}

/** To as many pods as the primary has, or as its autoscaler begins with. */
export function scaleFromZero(view: CanaryView): void {
  const { cluster, namespace, names, spec } = view;
  const own = deploymentSpec(targetOf(view)).replicas;
  if (own > 0) return;
  if (!spec.autoscalerRef) {
    scaleTarget(view, Math.max(1, deploymentSpec(deployment(view, names.primary)).replicas));
    return;
  }
  const scaler = cluster.store.get(HORIZONTAL_POD_AUTOSCALERS, namespace, spec.autoscalerRef.name);
  scaleTarget(view, Math.max(1, Number(scaler?.spec?.minReplicas ?? 1)));
}

/** Throws NotReady while the primary is rolled out, and where that has failed. */
export function requirePrimaryReady(view: CanaryView): void {
  const { names, namespace, spec } = view;
  requireReady(view, names.primary, spec.analysis.primaryReadyThreshold, `${names.primary}.${namespace}`);
}

/** As `requirePrimaryReady`, of the Deployment that is judged. */
export function requireCanaryReady(view: CanaryView): void {
  const { names, namespace, spec } = view;
  const title = `canary deployment ${names.target}.${namespace}`;
  requireReady(view, names.target, spec.analysis.canaryReadyThreshold, title);
}

/** Gives the target the pods of the primary back. */
export function revertTarget(view: CanaryView): void {
  const primary = view.cluster.store.get(DEPLOYMENTS, view.namespace, view.names.primary);
  if (primary) scaleTarget(view, deploymentSpec(primary).replicas);
  else scaleFromZero(view);
}

function deployment({ cluster, namespace }: CanaryView, name: string): KubeObject {
  const found = cluster.store.get(DEPLOYMENTS, namespace, name);
  if (found) return found;
  throw new Error(`deployment ${name}.${namespace} get query error: deployments.apps "${name}" not found`);
}

function requireReady(view: CanaryView, name: string, thresholdPercent: number, title: string): void {
  const found = deployment(view, name);
  const finding = notReady(found, thresholdPercent);
  if (finding === null) return;
  const isRetriable = finding.isRetriable && !isStuck(view, found);
  throw new NotReady(`${title} not ready: ${finding.why}`, isRetriable);
}

function notReady(
  { metadata, spec, status = {} }: KubeObject,
  thresholdPercent: number,
): { why: string; isRetriable: boolean } | null {
  const waiting = (why: string) => ({ why: `waiting for rollout to finish: ${why}`, isRetriable: true });
  if ((metadata.generation ?? 0) > Number(status.observedGeneration ?? 0)) {
    return waiting('observed deployment generation less than desired generation');
  }
  const wanted = Number(spec?.replicas ?? 1);
  const updated = Number(status.updatedReplicas ?? 0);
  const total = Number(status.replicas ?? 0);
  const enough = Math.trunc((updated * thresholdPercent) / 100);
  const available = Number(status.availableReplicas ?? 0);
  if (isPastDeadline(status)) {
    return { why: `deployment "${metadata.name}" exceeded its progress deadline`, isRetriable: false };
  }
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new replicas have been updated`);
  if (total > updated) return waiting(`${total - updated} old replicas are pending termination`);
  if (available >= enough) return null;
  return waiting(
    `${available} of ${enough} (readyThreshold ${thresholdPercent}%) updated replicas are available`,
  );
}

function isPastDeadline(status: Record<string, unknown>): boolean {
  const conditions = (status.conditions ?? []) as { type?: string; reason?: string }[];
  return conditions.some(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
}

/** Too few pods for longer than the Canary's own deadline. */
function isStuck({ cluster, spec }: CanaryView, object: KubeObject): boolean {
  const available = condition(object, 'Available');
  if (available?.status !== 'False' || available.reason !== 'MinimumReplicasUnavailable') return false;
  const sinceMs = Date.parse(String(available.lastUpdateTime));
  return sinceMs + spec.progressDeadlineSeconds * 1000 < cluster.clock.nowMs();
}

function primaryTemplate(view: CanaryView, target: KubeObject): Record<string, unknown> {
  const { metadata, spec } = deploymentSpec(target).template;
  const { label, value } = selectorLabel(view);
  return {
    metadata: {
      labels: { ...foreign(metadata.labels), [label]: `${value}-primary` },
      annotations: {
        ...foreign(metadata.annotations),
        [ID_ANNOTATION]: `${randomSuffix(view.cluster.random)}${randomSuffix(view.cluster.random)}`,
      },
    },
    spec,
  };
}

/** How a Deployment rolls out, as far as it says. */
function rolloutSettings({ spec = {} }: KubeObject): Record<string, unknown> {
  const { progressDeadlineSeconds, minReadySeconds, revisionHistoryLimit, strategy } = spec;
  const settings = { progressDeadlineSeconds, minReadySeconds, revisionHistoryLimit, strategy };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function foreign(entries: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !key.includes(FLUX_MARK)));
}
