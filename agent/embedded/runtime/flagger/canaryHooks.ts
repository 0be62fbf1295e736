import { goDurationMs } from '../../../cluster/goDuration';
import type { HookAnswer, HookCall, HookFailure } from '../../../tasks/canary/hooks/postHook';
import { templateHash } from '../workloads/names';
import { canaryStatus, type Phase, type Webhook } from './canarySpec';
import type { CanaryView } from './canaryView';
import { CANARIES } from './definitions';
import { setCounts, setPhase } from './statusWriter';

/** Work that waits for the answers of webhooks: each is yielded, and its answer comes back. */
export type Steps<T> = Generator<HookCall, T, HookAnswer>;

/** Writes an event of a Canary, in the phase that is said, else in that which it has. */
export type Tell = (type: 'Normal' | 'Warning', message: string) => void;

const DEFAULT_TIMEOUT_MS = 10_000;

/** Whether the roll-out of a new revision may begin; tells of the first time that it may not. */
export function* mayBegin(view: CanaryView, tell: Tell): Steps<boolean> {
  for (const webhook of hooksOf(view, 'confirm-rollout')) {
    const { ok } = yield callOf(view, webhook, view.status.phase);
    if (ok) {
      tell('Normal', `Confirm-rollout check ${webhook.name} passed`);
      continue;
    }
    if (view.status.phase !== 'Waiting') {
      setPhase(view, 'Waiting');
      tell('Warning', `Halt ${view.title} advancement waiting for approval ${webhook.name}`);
    }
    return false;
  }
  return true;
}

/** What has to go well before traffic is sent to the canary. */
export function* preRolloutPasses(view: CanaryView, tell: Tell): Steps<boolean> {
  for (const webhook of hooksOf(view, 'pre-rollout')) {
    const answer = yield callOf(view, webhook, 'Progressing');
    if (!answer.ok) {
      const why = failureText(webhook, answer);
      tell('Warning', `Halt ${view.title} advancement pre-rollout check ${webhook.name} failed ${why}`);
      return false;
    }
    tell('Normal', `Pre-rollout check ${webhook.name} passed`);
  }
  return true;
}

/** The checks of each interval, before its metrics. */
export function* rolloutPasses(view: CanaryView, tell: Tell): Steps<boolean> {
  for (const webhook of hooksOf(view, 'rollout')) {
    const answer = yield callOf(view, webhook, 'Progressing');
    if (answer.ok) continue;
    const why = failureText(webhook, answer);
    tell('Warning', `Halt ${view.title} advancement external check ${webhook.name} failed ${why}`);
    return false;
  }
  return true;
}

export function* mayIncreaseTraffic(view: CanaryView, tell: Tell): Steps<boolean> {
  for (const webhook of hooksOf(view, 'confirm-traffic-increase')) {
    const { ok } = yield callOf(view, webhook, 'Progressing');
    if (!ok) {
      tell('Warning', `Halt ${view.title} advancement waiting for traffic increase approval ${webhook.name}`);
      return false;
    }
    tell('Normal', `Confirm-traffic-increase check ${webhook.name} passed`);
  }
  return true;
}

/** Whether the canary may be promoted. While it may not its checks go on. */
export function* mayPromote(view: CanaryView, tell: Tell): Steps<boolean> {
  for (const webhook of hooksOf(view, 'confirm-promotion')) {
    const { ok } = yield callOf(view, webhook, 'Progressing');
    if (ok) {
      tell('Normal', `Confirm-promotion check ${webhook.name} passed`);
    } else if (view.status.phase === 'WaitingPromotion') {
      setCounts(view, { iterations: view.spec.analysis.iterations - 1 });
      return false;
    } else {
      setPhase(view, 'WaitingPromotion');
      tell('Warning', `Halt ${view.title} advancement waiting for promotion approval ${webhook.name}`);
      return false;
    }
  }
  return true;
}

/** Whether somebody asks for the end of this roll-out. */
export function* isRollbackAsked(view: CanaryView, tell: Tell): Steps<boolean> {
  for (const webhook of hooksOf(view, 'rollback')) {
    const { ok } = yield callOf(view, webhook, view.status.phase);
    if (ok) {
      tell('Warning', `Rollback check ${webhook.name} passed`);
      return true;
    }
    tell('Normal', `Rollback hook ${webhook.name} not signaling a rollback`);
  }
  return false;
}

export function* afterRollout(view: CanaryView, phase: 'Succeeded' | 'Failed', tell: Tell): Steps<void> {
  for (const webhook of hooksOf(view, 'post-rollout')) {
    const answer = yield callOf(view, webhook, phase);
    if (!answer.ok) {
      tell('Warning', `Post-rollout hook ${webhook.name} failed ${failureText(webhook, answer)}`);
      return;
    }
    tell('Normal', `Post-rollout check ${webhook.name} passed`);
  }
}

/** The calls by which an event is told. */
export function eventCalls(view: CanaryView, phase: Phase, type: string, message: string): HookCall[] {
  const timestamp = String(Math.floor(view.cluster.clock.nowMs()));
  return hooksOf(view, 'event').map((webhook) => {
    const call = callOf(view, webhook, phase);
    const metadata = { ...webhook.metadata, eventMessage: message, eventType: type, timestamp };
    return { ...call, payload: { ...call.payload, metadata } };
  });
}

function hooksOf({ spec }: CanaryView, kind: Webhook['type']): Webhook[] {
  return spec.analysis.webhooks.filter(({ type }) => type === kind);
}

function callOf(view: CanaryView, { url, timeout, retries, metadata }: Webhook, phase: Phase): HookCall {
  const { cluster, namespace, name, canary } = view;
  const latest = cluster.store.get(CANARIES, namespace, name) ?? canary;
  const { lastAppliedSpec } = canaryStatus(latest);
  const TrackedConfigs = latest.status?.trackedConfigs ?? {};
  return {
    url,
    payload: {
      name,
      namespace,
      phase,
      checksum: templateHash({ TrackedConfigs, LastAppliedSpec: lastAppliedSpec }),
      ...(metadata && { metadata }),
    },
    timeoutMs: goDurationMs(timeout) || DEFAULT_TIMEOUT_MS,
    retries,
  };
}

/** As Flagger's HTTP client words it; of a refusal what the other side says. */
function failureText({ url }: Webhook, { status, body, problem, attempts }: HookFailure): string {
  const isRefusal = status !== null && status < 500 && status !== 429;
  if (isRefusal) return body;
  const gaveUp = `POST ${url} giving up after ${attempts} attempt(s)`;
  if (status !== null) return gaveUp;
  const isLate = problem.startsWith('no answer within');
  const why = isLate ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' : problem;
  return `${gaveUp}: Post "${url}": ${why}`;
}
