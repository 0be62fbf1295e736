import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PbfReader } from 'pbf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ResolvedTraining } from '../resolveTraining';
import { createRunFolder } from '../runFolder';
import { openJsonLinesLog, readJsonLines } from './jsonLinesLog';
import { METRICS } from './metricNames';
import { combineLogs } from './metricsLog';
import { openLogs } from './openLogs';
import { openTensorBoardLog } from './tensorBoardLog';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-logs-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const point = (steps: number, loss: number) => ({
  steps,
  seconds: steps / 100,
  metrics: { 'train/loss': loss },
});

describe('metrics.jsonl', () => {
  it('has a line per point, without numbers that JSON cannot say', async () => {
    const path = join(folder, 'run/metrics.jsonl');
    const log = openJsonLinesLog(path, null);
    log.write(point(100, 0.5));
    log.write({ ...point(200, 0.25), metrics: { 'train/loss': Number.NaN, 'time/fps': 9 } });
    await log.close();
    await log.close();
    expect(readFileSync(path, 'utf8')).toBe(
      '{"steps":100,"seconds":1,"metrics":{"train/loss":0.5}}\n{"steps":200,"seconds":2,"metrics":{"time/fps":9}}\n',
    );
  });

  it('goes on at the checkpoint of a resumed training', async () => {
    const path = join(folder, 'metrics.jsonl');
    const before = openJsonLinesLog(path, null);
    for (const steps of [100, 200, 300]) before.write(point(steps, 1));
    await before.close();
    appendFileSync(path, '{"steps":400,"sec');
    const after = openJsonLinesLog(path, 200);
    after.write(point(300, 2));
    await after.close();
    expect(readJsonLines(path)).toEqual([point(100, 1), point(200, 1), point(300, 2)]);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
  });
});

describe('a TensorBoard event file', () => {
  const nowMs = () => 1_700_000_000_500;

  it('has the name that TensorBoard looks for, and its points', async () => {
    const log = openTensorBoardLog(folder, nowMs);
    log.write({ steps: 2048, seconds: 1, metrics: { 'rollout/ep_rew_mean': -1.5, 'time/fps': 70_000 } });
    log.write(point(3_000_000_000, 0.25));
    await log.close();
    const [name = ''] = readdirSync(folder);
    expect(name).toBe(`events.out.tfevents.1700000000.${hostname()}.${process.pid}.0`);
    expect(events(readFileSync(join(folder, name)))).toEqual([
      { wall: 1_700_000_000, version: 'brain.Event:2', values: [] },
      {
        wall: 1_700_000_000.5,
        step: 2048,
        values: [
          ['rollout/ep_rew_mean', -1.5],
          ['time/fps', 70_000],
        ],
      },
      { wall: 1_700_000_000.5, step: 3_000_000_000, values: [['train/loss', 0.25]] },
    ]);
  });

  it('begins with the bytes that TensorFlow writes', async () => {
    await openTensorBoardLog(folder, () => 0).close();
    const [name = ''] = readdirSync(folder);
    const bytes = readFileSync(join(folder, name));
    // Length 24 and its masked CRC-32C, as in every event file; wall time (9 bytes), then field 3, 13 letters.
    expect(bytes.toString('hex', 0, 12)).toBe('1800000000000000a37f4b22');
    expect(bytes.toString('latin1', 12 + 9, 12 + 24)).toBe('\x1a\x0dbrain.Event:2');
  });
});

describe('several logs', () => {
  it('are written and closed as one', async () => {
    const calls: string[] = [];
    const logOf = (name: string) => ({
      write: () => calls.push(`${name} point`),
      close: async () => {
        calls.push(`${name} end`);
      },
    });
    const log = combineLogs(
      [logOf('a'), logOf('b')].map(({ write, close }) => ({ write: () => void write(), close })),
    );
    log.write(point(1, 1));
    await log.close();
    expect(calls).toEqual(['a point', 'b point', 'a end', 'b end']);
  });
});

describe('the logs of a training', () => {
  it('are in its folder, and only those that are wanted', async () => {
    vi.stubEnv('WANDB_API_KEY', undefined);
    const path = join(folder, 'run');
    const run = createRunFolder(path, {});
    const training: Omit<ResolvedTraining, 'arms'> = {
      task: 'scale',
      algorithm: 'ppo',
      env: { name: 'scale', options: {} },
      engine: 'js',
      seed: 1,
      totalSteps: 1000,
      hyperparameters: { gamma: 0.99 },
      evaluateEvery: 1000,
      checkpointEvery: 1000,
      checkpointReplay: false,
      evaluationEpisodes: 10,
    };
    const notes: string[] = [];
    const options = { resumeAt: null, nowMs: () => 0, note: (text: string) => notes.push(text) };
    const logsIn = () => readdirSync(path).filter((name) => /^(metrics|tensorboard|wandb)/.test(name));

    await openLogs(run, { logs: { tensorboard: false, wandb: false } }, training, options).close();
    expect(logsIn()).toEqual(['metrics.jsonl']);
    const all = openLogs(run, { logs: { tensorboard: true, wandb: true } }, training, options);
    all.write(point(1, 1));
    await all.close();
    expect(logsIn()).toEqual(['metrics.jsonl', 'tensorboard', 'wandb']);
    expect(readJsonLines(run.files.metrics)).toEqual([point(1, 1)]);
    expect(notes).toEqual([expect.stringContaining('WANDB_API_KEY is not set')]);
    run.release();
  });
});

describe('the names of the metrics', () => {
  const algorithms = join(import.meta.dirname, '../../rl/algorithms');
  const logged = readdirSync(algorithms, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.test)\.ts$/.test(name))
    .flatMap(
      (name) => readFileSync(join(algorithms, name), 'utf8').match(/(?<=')(train|rollout)\/\w+(?=')/g) ?? [],
    );

  it('are each told once', () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('tell what the algorithms log', () => {
    const names = METRICS.map(({ name }) => name);
    expect(logged.length).toBeGreaterThan(5);
    expect([...new Set(logged)].filter((name) => !names.includes(name))).toEqual([]);
  });
});

interface ReadEvent {
  wall?: number;
  step?: number;
  version?: string;
  values: [string, number][];
}

/** Event files as their specifications say, apart from the code that writes them: CRCs bit by bit, fields by number. */
function events(file: Buffer): ReadEvent[] {
  const found: ReadEvent[] = [];
  let offset = 0;
  while (offset < file.length) {
    const length = Number(file.readBigUInt64LE(offset));
    expect(file.readUInt32LE(offset + 8)).toBe(masked(file.subarray(offset, offset + 8)));
    const data = file.subarray(offset + 12, offset + 12 + length);
    expect(file.readUInt32LE(offset + 12 + length)).toBe(masked(data));
    found.push(
      new PbfReader(data).readFields(
        (field, event, reader) => {
          if (field === 1) event.wall = reader.readDouble();
          if (field === 2) event.step = reader.readVarint(true);
          if (field === 3) event.version = reader.readString();
          if (field === 5) reader.readMessage(readSummary, event);
        },
        { values: [] } as ReadEvent,
      ),
    );
    offset += length + 16;
  }
  expect(offset).toBe(file.length);
  return found;
}

function readSummary(field: number, event: ReadEvent, reader: PbfReader): void {
  if (field !== 1) return;
  const value: [string, number] = ['', Number.NaN];
  reader.readMessage((part) => {
    if (part === 1) value[0] = reader.readString();
    if (part === 2) value[1] = reader.readFloat();
  }, value);
  event.values.push(value);
}

/** CRC-32C by long division, masked as TensorFlow's lib/hash/crc32c.h says. */
function masked(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc ^ byte) >>> 0;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? ((crc >>> 1) ^ 0x82f63b78) >>> 0 : crc >>> 1;
  }
  crc = (crc ^ 0xffffffff) >>> 0;
  const rotated = (BigInt(crc >>> 15) | ((BigInt(crc) << 17n) & 0xffffffffn)) + 0xa282ead8n;
  return Number(rotated & 0xffffffffn);
}
