import { hostname } from 'node:os';
import { join } from 'node:path';
import { PbfWriter } from 'pbf';
import { crc32c } from '../../rl/policy/crc32c';
import { AppendFile } from './appendFile';
import type { MetricsLog } from './metricsLog';

/** What all readers of event files expect in the first record. */
const FILE_VERSION = 'brain.Event:2';

/**
 * An event file that `tensorboard --logdir` shows. Each run of a training has its own; TensorBoard joins those of one
 * folder, and where a resumed training logs a step again it takes the later one.
 *
 * @param nowMs wall time, unix
 */
export function openTensorBoardLog(directory: string, nowMs: () => number): MetricsLog {
  const startSeconds = Math.floor(nowMs() / 1000);
  // The name that TensorBoard looks for; the process id keeps two of one second apart.
  const name = `events.out.tfevents.${startSeconds}.${hostname()}.${process.pid}.0`;
  const file = new AppendFile(join(directory, name));
  const append = (event: Event) => file.append(record(encodeEvent(event)));
  append({ wallSeconds: startSeconds, what: { kind: 'version', version: FILE_VERSION } });
  return {
    write: ({ steps, metrics }) =>
      append({
        wallSeconds: nowMs() / 1000,
        what: { kind: 'scalars', steps, scalars: Object.entries(metrics) },
      }),
    close: async () => file.close(),
  };
}

interface Event {
  wallSeconds: number;
  what:
    | { kind: 'version'; version: string }
    | { kind: 'scalars'; steps: number; scalars: readonly (readonly [string, number])[] };
}

/** `Event` of https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto */
function encodeEvent({ wallSeconds, what }: Event): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, wallSeconds);
  if (what.kind === 'version') {
    writer.writeStringField(3, what.version);
  } else {
    writer.writeVarintField(2, what.steps);
    writer.writeMessage(5, writeSummary, what.scalars);
  }
  return writer.finish();
}

function writeSummary(scalars: readonly (readonly [string, number])[], writer: PbfWriter): void {
  for (const scalar of scalars) writer.writeMessage(1, writeValue, scalar);
}

/** `Summary.Value`: tag and simple_value. */
function writeValue([tag, value]: readonly [string, number], writer: PbfWriter): void {
  writer.writeStringField(1, tag);
  writer.writeFloatField(2, value);
}

/**
 * TFRecord's frame: length (8 bytes) and its masked CRC, data and its masked CRC, all little-endian
 * (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details).
 */
function record(data: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(data.length + 16);
  frame.writeBigUInt64LE(BigInt(data.length), 0);
  frame.writeUInt32LE(maskedCrc(frame.subarray(0, 8)), 8);
  frame.set(data, 12);
  frame.writeUInt32LE(maskedCrc(data), data.length + 12);
  return frame;
}

/** Masked, so that a CRC of data that holds CRCs is still worth something. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
