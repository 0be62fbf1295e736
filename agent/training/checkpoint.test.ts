import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CoxswainError } from '../protocol';
import type { SavedState } from '../rl/savedState';
import { readCheckpoint, writeCheckpoint } from './checkpoint';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-checkpoint-'));
  path = join(folder, 'checkpoint.bin');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const STATE: SavedState = {
  values: { steps: 4096, random: [1, -2, 3, 4, null], name: 'größer', nested: { deep: true } },
  arrays: {
    parameters: Float32Array.of(1.5, -0, 3e-38),
    statistics: Float64Array.of(Math.PI, Number.NaN, Number.NEGATIVE_INFINITY),
    done: Uint8Array.of(0, 1, 255),
    actions: Int32Array.of(-1, 2 ** 31 - 1),
    seeds: Uint32Array.of(2 ** 32 - 1),
    nothing: new Float32Array(0),
  },
};

function errorOf(action: () => unknown): CoxswainError {
  try {
    action();
  } catch (error) {
    if (error instanceof CoxswainError) return error;
    throw error;
  }
  throw new Error('nothing thrown');
}

/** What reading the file says of these bytes in its place. */
function complaintAbout(bytes: Uint8Array): CoxswainError {
  writeFileSync(path, bytes);
  return errorOf(() => readCheckpoint(path));
}

describe('a checkpoint', () => {
  it('gives back every bit', () => {
    writeCheckpoint(path, STATE);
    const read = readCheckpoint(path);
    expect(read).toEqual(STATE);
    expect(Object.keys(read.arrays)).toEqual(Object.keys(STATE.arrays));
    expect(readdirSync(folder)).toEqual(['checkpoint.bin']);
  });

  it('gives back any state', () => {
    const bulk = fc.oneof(
      fc.float32Array(),
      fc.float64Array(),
      fc.uint8Array(),
      fc.int32Array(),
      fc.uint32Array(),
    );
    const values = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
    const state = fc.record({
      values,
      arrays: fc.dictionary(fc.stringMatching(/^[a-z.]+$/), bulk, { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(state, (any) => {
        writeCheckpoint(path, any);
        expect(readCheckpoint(path)).toEqual(any);
      }),
      { numRuns: 50 },
    );
  });

  it('takes views, and the place of the one before', () => {
    writeCheckpoint(path, STATE);
    const all = Float32Array.of(1, 2, 3, 4);
    writeCheckpoint(path, { values: 1, arrays: { part: all.subarray(1, 3) } });
    expect(readCheckpoint(path)).toEqual({ values: 1, arrays: { part: Float32Array.of(2, 3) } });
  });

  it('is not made of numbers that JSON cannot say, and then the one before stays', () => {
    writeCheckpoint(path, STATE);
    const state = { values: { loss: Number.NaN }, arrays: {} };
    expect(() => writeCheckpoint(path, state)).toThrow(
      new RangeError('the value loss of a checkpoint is NaN'),
    );
    expect(readCheckpoint(path)).toEqual(STATE);
    expect(readdirSync(folder)).toEqual(['checkpoint.bin']);
  });

  it('that is not there is not found', () => {
    expect(errorOf(() => readCheckpoint(path)).code).toBe('not-found');
  });

  it('is refused wherever it ends early, or goes on', () => {
    writeCheckpoint(path, STATE);
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length++) {
      expect(complaintAbout(bytes.subarray(0, length)).code).toBe('checkpoint-invalid');
    }
    expect(complaintAbout(Buffer.concat([bytes, Buffer.of(0)])).message).toContain(
      `${bytes.length + 1} bytes in place of ${bytes.length}`,
    );
  });

  it('is refused whichever bit is flipped', () => {
    writeCheckpoint(path, STATE);
    const bytes = readFileSync(path);
    for (let index = 0; index < bytes.length; index++) {
      const flipped = Buffer.from(bytes);
      flipped[index] = (bytes[index] ?? 0) ^ (1 << (index % 8));
      expect(complaintAbout(flipped).code).toBe('checkpoint-invalid');
    }
  });

  it('of another version is refused as such', () => {
    writeCheckpoint(path, STATE);
    const bytes = readFileSync(path);
    bytes.write('2', 'coxswain checkpoint '.length);
    const error = complaintAbout(bytes);
    expect(error.message).toContain('another version of Coxswain');
    expect(error.message).toContain(path);
    expect(error.remedy).not.toBe('');
  });

  it('that states sizes beyond its end is refused before anything is allocated', () => {
    const header = JSON.stringify({ values: 1, arrays: [{ name: 'a', type: 'float64', length: 2 ** 50 }] });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    const body = Buffer.concat([Buffer.from('coxswain checkpoint 1\n'), length, Buffer.from(header)]);
    const file = Buffer.concat([body, createHash('sha256').update(body).digest()]);
    expect(complaintAbout(file).message).toContain('bytes in place of');
  });
});
