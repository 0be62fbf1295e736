import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exampleCalibration } from '../../test/support/protocolExamples';
import {
  applyChange,
  type ErrorInfo,
  emptySnapshot,
  type JournalEvent,
  type ParsedParams,
} from '../protocol';
import { Calibrations } from './calibrations';

const CHILD = join(import.meta.dirname, '../../test/support/fakeCalibrator.mjs');
const CHECKOUT = { workloadId: 'shop/Deployment/checkout' };
const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

describe('the calibrations of an agent', () => {
  let directory: string;
  let snapshot = emptySnapshot('1', 1);
  let journal: JournalEvent[];
  let problems: ErrorInfo[];
  let isConnected: boolean;
  let calibrations: Calibrations;
  const opened = () => {
    snapshot = emptySnapshot('1', 1);
    const made = new Calibrations({
      program: [process.execPath, CHILD],
      stateDirectory: directory,
      connection: () => (isConnected ? { kubeconfig: '/kube', context: 'prod' } : null),
      configPath: () => '/coxswain.yaml',
      publish: (change) => {
        snapshot = applyChange(snapshot, change);
      },
      record: (event) => journal.push(event),
      onProblem: (error) => problems.push(error),
    });
    made.open();
    return made;
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-calibrations-'));
    journal = [];
    problems = [];
    isConnected = true;
    calibrations = opened();
  });
  afterEach(async () => {
    await calibrations.close();
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });

  const script = (...steps: object[]) => vi.stubEnv('FAKE_CALIBRATOR', JSON.stringify(steps));
  const start = (params: ParsedParams<'calibrate'> = CHECKOUT) => calibrations.start(params).id;
  const stateOf = (id: string) => snapshot.calibrationJobs.find((job) => job.id === id)?.state;
  const finished = (part = {}) => ({ print: { kind: 'finished', calibration: exampleCalibration(part) } });

  it('runs as a process on the connected cluster, and shows how far it is', async () => {
    script({ print: { kind: 'progress', step: 'tuning', done: 3, total: 9 } }, { wait: true });
    const id = start({ ...CHECKOUT, violationPrice: 5, sinceSeconds: 7200, fineTune: true });
    await until(() => expect(stateOf(id)).toEqual({ kind: 'running', step: 'tuning', done: 3, total: 9 }));
    expect(readFileSync(join(directory, 'arguments'), 'utf8')).toBe(
      `calibrate shop/checkout --kubeconfig /kube --context prod --events --violation-price 5 --since 7200s --fine-tune --config /coxswain.yaml --state-dir ${directory}`,
    );
  });

  it('keeps the result, also for the next agent, and notes it in the journal', async () => {
    script(finished());
    const id = start();
    await until(() => expect(stateOf(id)).toEqual({ kind: 'finished' }));
    expect(snapshot.calibrations).toEqual([exampleCalibration()]);
    expect(journal).toEqual([
      {
        kind: 'calibrated',
        workloadId: 'shop/Deployment/checkout',
        text: exampleCalibration().recommendation.text,
      },
    ]);
    opened();
    expect(snapshot.calibrations).toEqual([exampleCalibration()]);
  });

  it('replaces the older result of the same workload', async () => {
    for (const tookSeconds of [1, 2]) {
      script(finished({ tookSeconds }));
      const id = start();
      await until(() => expect(stateOf(id)).toEqual({ kind: 'finished' }));
    }
    opened();
    expect(snapshot.calibrations.map(({ tookSeconds }) => tookSeconds)).toEqual([2]);
  });

  it('shows what it has failed on', async () => {
    const error = { code: 'capability-missing', message: 'only 5 min of history', remedy: 'wait' };
    script({ print: { kind: 'failed', error } }, { exit: 1 });
    const id = start();
    await until(() =>
      expect(stateOf(id)).toEqual({ kind: 'failed', message: 'only 5 min of history', remedy: 'wait' }),
    );
  });

  it('shows the last words of one that has died', async () => {
    script({ print: 'no JSON' }, { words: 'out of memory' }, { exit: 3 });
    const id = start();
    await until(() =>
      expect(stateOf(id)).toMatchObject({
        kind: 'failed',
        message: expect.stringMatching(/code 3: out of memory/),
      }),
    );
  });

  it('is cancelled', async () => {
    script({ wait: true });
    const id = start();
    await until(() => expect(readFileSync(join(directory, 'arguments'), 'utf8')).toContain('calibrate'));
    expect(calibrations.cancel(id).id).toBe(id);
    await until(() => expect(stateOf(id)).toEqual({ kind: 'cancelled' }));
    expect(() => calibrations.cancel(id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('runs one at a time', () => {
    script({ wait: true });
    start();
    expect(() => start()).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  it.each<[string, ParsedParams<'calibrate'>, string]>([
    ['of nothing', {}, 'usage'],
    ['of a workload and a trace', { ...CHECKOUT, tracePath: '/a.csv' }, 'usage'],
    ['of a trace with a relative path', { tracePath: 'a.csv' }, 'usage'],
    ['on a minute of history', { ...CHECKOUT, sinceSeconds: 60 }, 'usage'],
  ])('is refused %s', (_, params, code) => {
    expect(() => calibrations.start(params)).toThrow(expect.objectContaining({ code }));
    expect(snapshot.calibrationJobs).toEqual([]);
  });

  it('of a workload needs a connected cluster, of a trace none', async () => {
    isConnected = false;
    script(finished({ title: 'a.csv', workloadId: null }));
    expect(() => start()).toThrow(expect.objectContaining({ code: 'not-connected' }));
    const id = start({ tracePath: '/traces/a.csv' });
    await until(() => expect(stateOf(id)).toEqual({ kind: 'finished' }));
    expect(snapshot.calibrationJobs[0]?.title).toBe('a.csv');
  });

  it('says that the file of results is broken, and goes on', async () => {
    writeFileSync(join(directory, 'calibrations.json'), '[{"id": 7}]');
    await calibrations.close();
    calibrations = opened();
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.stringContaining('calibrations.json'),
      }),
    ]);
    script(finished());
    const id = start();
    await until(() => expect(stateOf(id)).toEqual({ kind: 'finished' }));
    opened();
    expect(snapshot.calibrations).toHaveLength(1);
  });
});
