import { NO_FAULTS, type PodFaults } from '../../../sim/podModel';
import { parseGoDurationMs } from './durations';
import { parsePercent } from './effects';
import type { NetworkChaosSpec } from './experiments';

/** What a fault in the network depends on, beside itself. */
export interface NetworkTarget {
  responseBytes: number;
  timeoutSeconds: number;
  /** The share of the pod's requests that need what is at the other end; null where the fault hits all its traffic. */
  callShare: number | null;
}

/** What a NetworkChaos does to a pod. Throws RangeError for parameters that are missing or malformed. */
export function networkFaults(spec: NetworkChaosSpec, target: NetworkTarget): PodFaults {
  const everywhere = faultsOfAllTraffic(spec, target.responseBytes);
  return target.callShare === null ? everywhere : onCallsOnly(everywhere, target.callShare, target);
}

function faultsOfAllTraffic(spec: NetworkChaosSpec, responseBytes: number): PodFaults {
  const { action, delay, loss, corrupt, duplicate, bandwidth } = spec;
  switch (action) {
    case 'partition':
      return { ...NO_FAULTS, lossShare: 1 };
    case 'delay':
      return delayFaults(given(action, delay));
    case 'loss':
      return { ...NO_FAULTS, lossShare: parsePercent(given(action, loss).loss) };
    case 'corrupt':
      // The receiver drops a packet whose checksum is wrong.
      return { ...NO_FAULTS, lossShare: parsePercent(given(action, corrupt).corrupt) };
    case 'duplicate':
      // And one that it has already.
      parsePercent(given(action, duplicate).duplicate);
      return NO_FAULTS;
    case 'bandwidth':
      return bandwidthFaults(given(action, bandwidth), responseBytes);
    case 'netem': {
      if (!delay && !loss && !corrupt && !duplicate) throw new RangeError(`${action}: no parameters`);
      const shares = [loss?.loss ?? '0', corrupt?.corrupt ?? '0'].map(parsePercent);
      const passing = shares.reduce((share, lost) => share * (1 - lost), 1);
      return { ...(delay ? delayFaults(delay) : NO_FAULTS), lossShare: 1 - passing };
    }
  }
}

function given<T>(action: string, parameters: T | undefined): T {
  if (parameters === undefined) throw new RangeError(`${action}: no parameters`);
  return parameters;
}

function delayFaults({ latency, jitter }: { latency: string; jitter: string }): PodFaults {
  return {
    ...NO_FAULTS,
    delaySeconds: parseGoDurationMs(latency) / 1000,
    delayJitterSeconds: parseGoDurationMs(jitter) / 1000,
  };
}

function bandwidthFaults({ rate, limit }: { rate: string; limit: number }, responseBytes: number): PodFaults {
  return { ...NO_FAULTS, linkRate: parseRate(rate) / responseBytes, linkQueue: limit / responseBytes };
}

/** A call that gets lost is waited for until the time is up. */
function onCallsOnly(faults: PodFaults, callShare: number, target: NetworkTarget): PodFaults {
  const { lossShare, delaySeconds, linkRate } = faults;
  const waitSeconds = 2 * target.timeoutSeconds;
  const otherwiseSeconds = delaySeconds + (Number.isFinite(linkRate) ? 1 / linkRate : 0);
  if (otherwiseSeconds === 0)
    return { ...NO_FAULTS, slowShare: callShare * lossShare, slowSeconds: waitSeconds };
  return {
    ...NO_FAULTS,
    slowShare: callShare,
    slowSeconds: lossShare * waitSeconds + (1 - lossShare) * otherwiseSeconds,
  };
}

/** Bytes per second by unit; as in Chaos Mesh and tc `bps` are bytes and `bit` are bits. */
const RATE_UNITS: Readonly<Record<string, number>> = {
  bps: 1,
  kbps: 1e3,
  mbps: 1e6,
  gbps: 1e9,
  tbps: 1e12,
  bit: 1 / 8,
  kbit: 1e3 / 8,
  mbit: 1e6 / 8,
  gbit: 1e9 / 8,
  tbit: 1e12 / 8,
};

function parseRate(text: string): number {
  const { amount, unit = '' } =
    /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[a-z]+)$/i.exec(text.trim())?.groups ?? {};
  const bytes = Number(amount) * (RATE_UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (!(bytes > 0)) throw new RangeError(`not a rate: ${text}; expected for example 1mbps`);
  return bytes;
}
