import { NO_FAULTS } from '../../../sim/podModel';
import type { HttpRule } from '../nodes/podHttp';
import { parseGoDurationMs } from './durations';
import { type Effects, NO_EFFECTS } from './effects';
import type { DnsChaosSpec, HttpChaosSpec, IoChaosSpec, TimeChaosSpec } from './experiments';

/**
 * What an HTTPChaos does: a rule for the requests that it matches. The requests of the load are GETs of `/` without
 * headers, answered with 200. Throws RangeError where it does nothing or something that the embedded cluster has not.
 */
export function httpEffects(spec: HttpChaosSpec, containerPort: number | undefined): Effects {
  const { abort, delay, replace, method = 'GET', path, code = 200 } = spec;
  const status = replace?.code ?? null;
  if (!abort && delay === undefined && status === null) {
    throw new RangeError(
      'the embedded cluster has abort, delay and replace.code of HTTPChaos: give one of them',
    );
  }
  const headers = { ...spec.request_headers, ...spec.response_headers };
  if (method !== 'GET' || code !== 200 || Object.keys(headers).length > 0) return NO_EFFECTS;
  const rule: HttpRule = {
    port: spec.port ?? containerPort ?? 80,
    path,
    abort,
    delaySeconds: delay === undefined ? 0 : parseGoDurationMs(delay) / 1000,
    status: spec.target === 'Response' ? status : null,
  };
  return { ...NO_EFFECTS, httpRules: [rule] };
}

/** What a DNSChaos does, for an app whose requests need a name in that share: no address, or a wrong one. */
export function dnsEffects({ action }: DnsChaosSpec, namedShare: number, timeoutSeconds: number): Effects {
  // Nobody answers at a random address.
  const faults =
    action === 'error'
      ? { ...NO_FAULTS, errorShare: namedShare }
      : { ...NO_FAULTS, slowShare: namedShare, slowSeconds: 2 * timeoutSeconds };
  return { ...NO_EFFECTS, faults };
}

/** What an IOChaos does, for an app that needs a file in that share of its requests. Throws RangeError. */
export function ioEffects({ action, delay, errno, percent }: IoChaosSpec, fileShare: number): Effects {
  const hitShare = (fileShare * percent) / 100;
  if (action === 'latency' && delay !== undefined) {
    const slowSeconds = parseGoDurationMs(delay) / 1000;
    return { ...NO_EFFECTS, faults: { ...NO_FAULTS, slowShare: hitShare, slowSeconds } };
  }
  if (action === 'fault' && errno !== undefined) {
    return { ...NO_EFFECTS, faults: { ...NO_FAULTS, errorShare: errno === 0 ? 0 : hitShare } };
  }
  if (action === 'latency' || action === 'fault') {
    throw new RangeError(`${action}: no ${action === 'latency' ? 'delay' : 'errno'}`);
  }
  throw new RangeError(`the embedded cluster has no IO action ${action}: use latency or fault`);
}

/** What a TimeChaos does: the pod's clock is off, which its log shows. Nothing in the model asks for the time. */
export function timeEffects({ timeOffset }: TimeChaosSpec): Effects {
  const isBack = timeOffset.startsWith('-');
  const amountMs = parseGoDurationMs(timeOffset.replace(/^[-+]/, ''));
  return { ...NO_EFFECTS, clockOffsetMs: isBack ? -amountMs : amountMs };
}
