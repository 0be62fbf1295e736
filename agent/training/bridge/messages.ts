import * as z from 'zod';
import type { ErrorInfo } from '../../protocol';
import type { EnvSpec } from '../../rl/algorithms/collector';
import type { ActionSpace, Field } from '../../rl/env/env';
import type { Episode, VectorEnv } from '../../rl/env/vectorEnv';

/**
 * What crosses the bridge to a trainer in another process; docs/env-protocol.md is the guide. First a JSON line each
 * way, then frames: kind and payload length as 32-bit numbers, then the payload, all of it little-endian.
 */
export const BRIDGE_PROTOCOL = 'coxswain-env';
export const BRIDGE_VERSION = 1;

export const HEADER_BYTES = 8;

/** Frames from the trainer. */
export const REQUEST = { reset: 1, step: 2, close: 3 } as const;

/** Frames to the trainer. */
export const RESPONSE = { error: 0, observations: 1, transitions: 2 } as const;

/** The trainer's line. Other keys are let through. */
export const ClientHello = z.object({
  protocol: z.literal(BRIDGE_PROTOCOL),
  version: z.literal(BRIDGE_VERSION),
});

/** Our line, before anything is asked. */
export function serverHello(env: EnvSpec, seed: number, vector: VectorEnv): string {
  const { fields } = vector.observationSpace;
  const hello = {
    protocol: BRIDGE_PROTOCOL,
    version: BRIDGE_VERSION,
    env: env.name,
    options: env.options,
    spec: vector.spec,
    envs: vector.count,
    seed,
    observationSpace: { kind: 'box', fields: fields.map(withoutInfinity) },
    actionSpace: describeActions(vector.actionSpace),
  };
  return `${JSON.stringify(hello)}\n`;
}

function describeActions(space: ActionSpace) {
  return space.kind === 'discrete' ? space : { kind: 'box', fields: space.fields.map(withoutInfinity) };
}

/** JSON has no infinite numbers: null is no bound. */
function withoutInfinity({ name, unit, min, max }: Field) {
  return { name, unit, min: Number.isFinite(min) ? min : null, max: Number.isFinite(max) ? max : null };
}

export function errorFrame(info: ErrorInfo): Buffer {
  const text = Buffer.from(JSON.stringify(info));
  const frame = startFrame(RESPONSE.error, text.length);
  text.copy(frame, HEADER_BYTES);
  return frame;
}

export function observationsFrame({ observations }: VectorEnv): Buffer {
  const frame = startFrame(RESPONSE.observations, observations.byteLength);
  writeNumbers(frame, HEADER_BYTES, observations);
  return frame;
}

/**
 * Observations, rewards, terminated, truncated, zeroes up to a multiple of four, the final observations of the envs
 * whose episode has ended, and these episodes as JSON.
 */
export function transitionsFrame(vector: VectorEnv, episodes: readonly Episode[]): Buffer {
  const { count, observations, rewards, terminated, truncated, finalObservations } = vector;
  const fields = observations.length / count;
  const flagBytes = Math.ceil((2 * count) / 4) * 4;
  const text = Buffer.from(episodes.length > 0 ? JSON.stringify(episodes) : '');
  const numbers = observations.length + count + episodes.length * fields;
  const frame = startFrame(RESPONSE.transitions, 4 * numbers + flagBytes + text.length);

  let offset = writeNumbers(frame, HEADER_BYTES, observations);
  offset = writeNumbers(frame, offset, rewards);
  frame.set(terminated, offset);
  frame.set(truncated, offset + count);
  frame.fill(0, offset + 2 * count, offset + flagBytes);
  offset += flagBytes;
  for (let env = 0; env < count; env++) {
    if (terminated[env] === 0 && truncated[env] === 0) continue;
    offset = writeNumbers(frame, offset, finalObservations.subarray(env * fields, (env + 1) * fields));
  }
  text.copy(frame, offset);
  return frame;
}

function startFrame(kind: number, payloadBytes: number): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payloadBytes);
  frame.writeUInt32LE(kind, 0);
  frame.writeUInt32LE(payloadBytes, 4);
  return frame;
}

/** @returns where they end */
function writeNumbers(frame: Buffer, offset: number, numbers: Float32Array): number {
  for (let index = 0; index < numbers.length; index++) {
    frame.writeFloatLE(numbers[index] as number, offset + 4 * index);
  }
  return offset + 4 * numbers.length;
}
