import type { PodFaults, PodModel } from '../../../sim/podModel';
import { NO_FAULTS } from '../../../sim/podModel';
import { parseGoDurationMs } from './durations';
import type { NetworkChaosSpec, StressChaosSpec } from './experiments';

/** How long memory stress takes to fill its size. */
const FILL_SECONDS = 20;

/**
 * What a StressChaos does to a pod. Its workers run in the container's own cgroup: they take what they load, but of
 * the quota never more than their share by threads, the application counted as one (CFS shares it equally).
 */
export function stressFaults({ stressors }: StressChaosSpec, model: PodModel): PodFaults {
  const { cpu, memory } = stressors;
  if (!cpu && !memory) throw new RangeError('at least one of the stressors cpu and memory is needed');
  const workers = cpu?.workers ?? 0;
  const demandCores = workers * ((cpu?.load ?? 0) / 100);
  // The workers share the size between them.
  const ballastBytes = memory && memory.workers > 0 ? parseSize(memory.size ?? '100%', model) : 0;
  return {
    ...NO_FAULTS,
    cpuStolenCores: Math.min(demandCores, (model.cpuLimitCores * workers) / (workers + 1)),
    ballastBytes,
    ballastBytesPerSecond: ballastBytes / FILL_SECONDS,
  };
}

/** What a NetworkChaos does to a pod. Throws RangeError for actions that the embedded cluster does not have. */
export function networkFaults({ action, delay, loss }: NetworkChaosSpec): PodFaults {
  const wanted = {
    delay: action === 'delay' || action === 'netem',
    loss: action === 'loss' || action === 'netem',
  };
  if (!wanted.delay && !wanted.loss) {
    throw new RangeError(`the embedded cluster has no network action ${action}: use delay, loss or netem`);
  }
  if (action !== 'netem' && !(action === 'delay' ? delay : loss))
    throw new RangeError(`${action}: no parameters`);
  return {
    ...NO_FAULTS,
    delaySeconds: wanted.delay && delay ? parseGoDurationMs(delay.latency) / 1000 : 0,
    delayJitterSeconds: wanted.delay && delay ? parseGoDurationMs(delay.jitter) / 1000 : 0,
    lossShare: wanted.loss && loss ? parsePercent(loss.loss) : 0,
  };
}

/** All faults of a pod together. */
export function addFaults(all: Iterable<PodFaults>): PodFaults {
  const total = { ...NO_FAULTS };
  for (const faults of all) {
    total.cpuStolenCores += faults.cpuStolenCores;
    total.ballastBytes += faults.ballastBytes;
    total.ballastBytesPerSecond += faults.ballastBytesPerSecond;
    total.delaySeconds += faults.delaySeconds;
    total.delayJitterSeconds = Math.hypot(total.delayJitterSeconds, faults.delayJitterSeconds);
    total.lossShare = 1 - (1 - total.lossShare) * (1 - faults.lossShare);
  }
  return total;
}

const SIZE_UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `256MB` or `256MiB` (both 2^20, as in Chaos Mesh), `1024`, or a share of the limit as `80%`. */
function parseSize(text: string, model: PodModel): number {
  const { amount, unit = '' } =
    /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>%|[KMGT]?(?:i?B)?)$/i.exec(text.trim())?.groups ?? {};
  if (amount === undefined) throw new RangeError(`not a size: ${text}`);
  if (unit !== '%') return Number(amount) * (SIZE_UNITS[unit.charAt(0).toUpperCase()] ?? 1);
  if (!Number.isFinite(model.memoryLimitBytes)) throw new RangeError(`${text}: the pod has no memory limit`);
  return (Number(amount) / 100) * model.memoryLimitBytes;
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`not a percentage: ${text}`);
  return percent / 100;
}
