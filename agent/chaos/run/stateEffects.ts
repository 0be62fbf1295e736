import type { Pod } from '../../cluster/snapshot';
import { confirmed, type Effect, type EffectQuestion, inconclusive, mismatch } from './effect';
import { samePods } from './effectFacts';

/** Killed or evicted: the pod is gone, or on its way out. */
export function podsGone({ hit, before, during }: EffectQuestion): Effect {
  const there = new Set(
    (during.workload?.pods ?? []).flatMap((pod) => (pod.deletingSinceMs === null ? [pod.uid] : [])),
  );
  const gone = hitPods(before.workload?.pods ?? [], hit).filter(({ uid }) => !there.has(uid));
  return gone.length > 0 ? confirmed(`${names(gone)} gone`) : mismatch('every pod is still there');
}

/** Failed: a pod that was ready is not, or its containers were restarted. */
export function podsUnready(question: EffectQuestion): Effect {
  const { hit, before, during } = question;
  const unready = samePods(before, during).filter(
    (pod) => isHit(pod.before, hit) && pod.before.ready && !pod.during.ready,
  );
  if (unready.length > 0) return confirmed(`${names(unready.map((pod) => pod.before))} not ready`);
  const ready = [before, during].map((facts) => facts.workload?.readyReplicas ?? 0);
  if ((ready[1] ?? 0) < (ready[0] ?? 0)) return confirmed(`${ready[1]} ready, ${ready[0]} before`);
  return containersRestarted(question);
}

export function containersRestarted({ hit, before, during }: EffectQuestion): Effect {
  const restarted = samePods(before, during).filter(
    (pod) => isHit(pod.before, hit) && pod.during.restarts > pod.before.restarts,
  );
  if (restarted.length > 0) return confirmed(`${names(restarted.map((pod) => pod.before))} restarted`);
  const stopped = samePods(before, during).filter(
    (pod) => isHit(pod.before, hit) && (pod.during.lastTermination?.atMs ?? 0) > before.atMs,
  );
  return stopped.length > 0
    ? confirmed(
        `a container of ${names(
          stopped.map((pod) => pod.before),
          '',
        )} ended`,
      )
    : mismatch('every pod is as it was before');
}

export function replicasFewer({ before, during }: EffectQuestion): Effect {
  const wanted = [before, during].map((facts) => facts.workload?.desiredReplicas ?? null);
  const [was, is] = [wanted[0] ?? null, wanted[1] ?? null];
  if (was === null || is === null) return inconclusive('the Deployment cannot be seen');
  const pods = [before, during].map((facts) => facts.workload?.pods.length ?? 0);
  if (is < was) return confirmed(`${is} replicas wanted, ${was} before`);
  return (pods[1] ?? 0) < (pods[0] ?? 0)
    ? confirmed(`${pods[1]} pods, ${pods[0]} before`)
    : mismatch(`${is} replicas are wanted as before`);
}

/** `ErrImagePull`, `ImagePullBackOff` and what else a kubelet says of an image that it does not get. */
const NO_IMAGE = /Image/;
/** Longer than readiness takes whose probe has no delay to speak of. */
const UNREADY_MS = 15_000;

/** A bad image shows in the pods that the rollout makes: they do not get it. */
export function newPodsWithoutImage(question: EffectQuestion): Effect {
  return newPods(question, 'without their image', ({ waitingReason }) => NO_IMAGE.test(waitingReason ?? ''));
}

/** A bad probe shows in the pods that the rollout makes: they run, and for longer than usual are not ready. */
export function newPodsUnready(question: EffectQuestion): Effect {
  const { atMs } = question.during;
  return newPods(
    question,
    'running and not ready',
    ({ ready, waitingReason, startedAtMs }) =>
      !ready && waitingReason === null && atMs - startedAtMs >= UNREADY_MS,
  );
}

/** Any pod is not ready at first: that alone shows nothing. */
function newPods({ before, during }: EffectQuestion, what: string, isHurt: (pod: Pod) => boolean): Effect {
  const old = new Set((before.workload?.pods ?? []).map((pod) => pod.uid));
  const added = (during.workload?.pods ?? []).filter((pod) => !old.has(pod.uid));
  const hurt = added.filter(isHurt);
  if (hurt.length > 0) return confirmed(`${names(hurt)} new and ${what}`);
  return added.length === 0 ? mismatch('no new pod has come up yet') : mismatch(`no new pod is ${what} yet`);
}

export function nodeCordoned({ before, during }: EffectQuestion): Effect {
  const nodes = [...during.nodes].filter(
    ([name, node]) => !node.schedulable && before.nodes.get(name)?.schedulable === true,
  );
  if (nodes.length > 0) return confirmed(`node ${nodes.map(([name]) => name).join(', ')} takes no new pods`);
  return during.nodes.size === 0
    ? inconclusive('the nodes cannot be seen')
    : mismatch('every node takes new pods');
}

function isHit(pod: Pod, hit: readonly string[]): boolean {
  return hit.length === 0 || hit.includes(pod.name);
}

function hitPods(pods: readonly Pod[], hit: readonly string[]): readonly Pod[] {
  return pods.filter((pod) => isHit(pod, hit));
}

function names(pods: readonly Pod[], verb = pods.length === 1 ? ' is' : ' are'): string {
  return `${pods.map((pod) => pod.name).join(', ')}${verb}`;
}
