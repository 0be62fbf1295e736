import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CoxswainError } from '../protocol';
import type { BulkArray, Json, SavedState } from '../rl/savedState';
import { writeAtomically } from './atomicFile';
import { fileErrorCode } from './diskErrors';

/*
 * A checkpoint is, in this order:
 *
 *   "coxswain checkpoint 1\n"
 *   the header's length, 4 bytes, little-endian
 *   the header: JSON with the values, and name, type and length of each array
 *   the arrays, one after the other, little-endian as every processor that Node runs on today; each, and the first,
 *   begins at a multiple of 8 bytes, with zeros before it
 *   SHA-256 of all that, 32 bytes
 */
const MAGIC = 'coxswain checkpoint ';
const VERSION = 1;
const PROLOGUE = Buffer.from(`${MAGIC}${VERSION}\n`);
const ALIGNMENT = 8;
const HASH_BYTES = 32;

const ARRAY_TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int32: Int32Array,
  uint32: Uint32Array,
} as const;
type ArrayType = keyof typeof ARRAY_TYPES;

const Header = z.object({
  values: z.custom<Json>((value) => value !== undefined),
  arrays: z.array(
    z.object({
      name: z.string(),
      type: z.enum(Object.keys(ARRAY_TYPES) as [ArrayType, ...ArrayType[]]),
      length: z.number().int().nonnegative(),
    }),
  ),
});
type Header = z.infer<typeof Header>;

/**
 * Puts a state into a file, in place of the one before; that stays until the new one is complete on the disk.
 *
 * @throws CoxswainError `disk-full`; the one before is then as it was
 * @throws RangeError where a value is NaN or infinite: JSON has no such number
 */
export function writeCheckpoint(path: string, state: SavedState): void {
  writeAtomically(path, chunksOf(state));
}

/** @throws CoxswainError `not-found`, or `checkpoint-invalid` where a single bit is not as it was written */
export function readCheckpoint(path: string): SavedState {
  const bytes = readBytes(path);
  const { header, offset } = readHeader(path, bytes);
  const spans = spansOf(header, offset);
  const length = (spans.at(-1)?.next ?? offset) + HASH_BYTES;
  if (bytes.length !== length) {
    throw invalidError(path, `it has ${bytes.length} bytes in place of ${length}`);
  }
  const hash = createHash('sha256').update(bytes.subarray(0, -HASH_BYTES)).digest();
  if (!hash.equals(bytes.subarray(-HASH_BYTES)))
    throw invalidError(path, 'its contents are not what was written');
  const arrays: Record<string, BulkArray> = {};
  for (const { name, type, begin, end } of spans) arrays[name] = arrayOf(type, bytes.subarray(begin, end));
  return { values: header.values, arrays };
}

function* chunksOf({ values, arrays }: SavedState): Generator<Uint8Array> {
  const hash = createHash('sha256');
  const entries = Object.entries(arrays);
  const header: Header = {
    values,
    arrays: entries.map(([name, array]) => ({ name, type: typeOf(array), length: array.length })),
  };
  let written = 0;
  for (const chunk of [prologueOf(header), ...entries.map(([, array]) => bytesOf(array))]) {
    for (const part of [chunk, new Uint8Array(aligned(written + chunk.length) - written - chunk.length)]) {
      hash.update(part);
      yield part;
      written += part.length;
    }
  }
  yield hash.digest();
}

function prologueOf(header: Header): Uint8Array {
  const text = Buffer.from(JSON.stringify(header, refuseInfinite));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([PROLOGUE, length, text]);
}

function refuseInfinite(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new RangeError(`the value ${key} of a checkpoint is ${value}`);
}

function readHeader(path: string, bytes: Buffer): { header: Header; offset: number } {
  const begin = bytes.toString('latin1', 0, PROLOGUE.length);
  if (!begin.startsWith(MAGIC)) throw invalidError(path, 'it is no checkpoint');
  if (begin !== PROLOGUE.toString()) throw invalidError(path, 'it is of another version of Coxswain');
  const textBegin = PROLOGUE.length + 4;
  if (bytes.length < textBegin) throw invalidError(path, 'it ends in its first line');
  const textEnd = textBegin + bytes.readUInt32LE(PROLOGUE.length);
  if (textEnd > bytes.length) throw invalidError(path, 'it ends in its header');
  try {
    const header = Header.parse(JSON.parse(bytes.toString('utf8', textBegin, textEnd)));
    return { header, offset: aligned(textEnd) };
  } catch {
    throw invalidError(path, 'its header is damaged');
  }
}

/** Where each array is, and where what follows it begins. */
function spansOf({ arrays }: Header, offset: number) {
  let next = offset;
  return arrays.map(({ name, type, length }) => {
    const begin = next;
    const end = begin + length * ARRAY_TYPES[type].BYTES_PER_ELEMENT;
    next = aligned(end);
    return { name, type, begin, end, next };
  });
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function typeOf(array: BulkArray): ArrayType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Uint8Array) return 'uint8';
  return array instanceof Int32Array ? 'int32' : 'uint32';
}

function bytesOf({ buffer, byteOffset, byteLength }: BulkArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function arrayOf(type: ArrayType, bytes: Uint8Array): BulkArray {
  return new ARRAY_TYPES[type](Uint8Array.from(bytes).buffer);
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (fileErrorCode(error) !== 'ENOENT') throw error;
    throw new CoxswainError('not-found', `There is no checkpoint at ${path}.`, 'Begin the training anew.');
  }
}

function invalidError(path: string, what: string): CoxswainError {
  return new CoxswainError(
    'checkpoint-invalid',
    `The checkpoint ${path} cannot be used: ${what}.`,
    'Restore it from a copy, or begin the training anew; the best policy so far is beside it.',
  );
}
