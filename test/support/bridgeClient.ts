import type { Episode } from '../../agent/rl/env/vectorEnv';

/** What a trainer says and hears over the bridge, by docs/env-protocol.md; written apart from the agent's own code. */
export const HELLO = '{"protocol":"coxswain-env","version":1}\n';

export function request(kind: number, payload: ArrayBufferView | null = null): Buffer {
  const body = payload
    ? Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    : Buffer.alloc(0);
  const header = Buffer.from(Uint32Array.of(kind, body.length).buffer);
  return Buffer.concat([header, body]);
}

export const reset = (seed: number) => request(1, Uint32Array.of(seed));
export const step = (...actions: number[]) => request(2, Float32Array.from(actions));
export const CLOSE = request(3);

export interface Frame {
  kind: number;
  payload: Buffer;
}

/** The frames at the start of `bytes`, and what is left of an unfinished one. */
export function readFrames(bytes: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let rest = bytes;
  while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32LE(4)) {
    const end = 8 + rest.readUInt32LE(4);
    frames.push({ kind: rest.readUInt32LE(0), payload: rest.subarray(8, end) });
    rest = rest.subarray(end);
  }
  return { frames, rest };
}

export function numbersOf(payload: Buffer, offset = 0, count = (payload.length - offset) / 4): number[] {
  return Array.from({ length: count }, (_, index) => payload.readFloatLE(offset + 4 * index));
}

/** A frame of kind 2. */
export function readTransitions({ payload }: Frame, envs: number, fields: number) {
  let offset = 4 * envs * (fields + 1);
  const terminated = [...payload.subarray(offset, offset + envs)];
  const truncated = [...payload.subarray(offset + envs, offset + 2 * envs)];
  const ended = terminated.filter((flag, env) => flag === 1 || truncated[env] === 1).length;
  offset += Math.ceil((2 * envs) / 4) * 4;
  const text = payload.toString('utf8', offset + 4 * ended * fields);
  const episodes: Episode[] = ended > 0 ? JSON.parse(text) : [];
  return {
    observations: numbersOf(payload, 0, envs * fields),
    rewards: numbersOf(payload, 4 * envs * fields, envs),
    terminated,
    truncated,
    finalObservations: numbersOf(payload, offset, ended * fields),
    episodes,
    text,
  };
}
