import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingEvent } from '../../agent/protocol';
import { ModelStore } from '../../agent/training/modelStore';
import { AGENT_BUNDLE, type Finished, Running, runCli } from '../support/cli';
import {
  countMetricLines,
  eventsOf,
  hasBegun,
  QUICK_DQN_ON_SCALE,
  QUICK_HYBRID_ON_CANARY,
  QUICK_PPO_ON_CANARY,
  QUICK_PPO_ON_HEAL,
  RunningTraining,
  type RunResult,
  readRun,
  writeConfig,
} from '../support/trainings';

/** Long enough to be interrupted at any moment, and never waited for. */
const ENDLESS = { ...QUICK_PPO_ON_HEAL, steps: 4_000_000 };
const KILLS = 4;

let folder: string;
/** A training that nobody has disturbed. */
let straight: { finished: Finished; run: RunResult };

const at = (name: string) => join(folder, name);
const stateDir = () => ['--state-dir', at('state')];
const train = (...args: string[]) => runCli(['train', ...stateDir(), ...args]);
const begin = (...args: string[]) => new RunningTraining([...stateDir(), ...args]);
const stepsOf = (points: RunResult['points']) => points.map(({ steps }) => steps);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-training-'));
  const config = writeConfig(folder, 'straight', QUICK_PPO_ON_HEAL);
  const finished = await train('--json', '--config', config, '--out', at('straight'));
  straight = { finished, run: readRun(at('straight')) };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('coxswain train', () => {
  it('prints what happens as lines of JSON, and stores a policy with its evaluation', () => {
    const { finished, run } = straight;
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(finished.stdout);
    expect(events[0]).toMatchObject({ kind: 'started', task: 'heal', algorithm: 'ppo', totalSteps: 20_000 });
    const told = events.flatMap((event) => (event.kind === 'progress' ? [event.point] : []));
    expect(told).toEqual(run.points);
    expect(told.at(-1)?.metrics).toHaveProperty('eval/objective');
    const last = events.at(-1) as Extract<TrainingEvent, { kind: 'finished' }>;
    expect(last).toMatchObject({ kind: 'finished', cancelled: false });
    const stored = new ModelStore(at('state/models'), Date.now).load('heal', last.version ?? 0);
    expect(stored.parameters).toEqual(run.policy.parameters);
    expect(stored.provenance).toMatchObject({ algorithm: 'ppo', seed: 1, parent: null });
    expect(stored.provenance.evaluation).toMatchObject({ episodes: 2 });
    expect(stored.provenance.evaluation?.baselines.map(({ name }) => name)).toContain('do-nothing');
  });

  it.each([1, 2])('learns the same on %d worker threads', async (workers) => {
    const config = writeConfig(folder, `workers-${workers}`, QUICK_PPO_ON_HEAL);
    const out = at(`workers-${workers}`);
    const { code } = await train('--config', config, '--workers', String(workers), '--out', out);
    expect(code).toBe(0);
    const { policy, state } = readRun(out);
    expect(policy.parameters).toEqual(straight.run.policy.parameters);
    expect(state).toEqual(straight.run.state);
  });

  it('learns something else from another seed', async () => {
    const config = writeConfig(folder, 'seed', QUICK_PPO_ON_HEAL);
    expect((await train('--config', config, '--seed', '2', '--out', at('seed'))).code).toBe(0);
    expect(readRun(at('seed')).policy.parameters).not.toEqual(straight.run.policy.parameters);
  });

  it('goes on only with what is not finished, and as it was begun', async () => {
    const finished = await train('--resume', at('straight'));
    expect(finished).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is finished; its policy is heal\/\d+/),
    });
    const other = await train('--resume', at('straight'), '--task', 'scale', '--fine-tune', '1');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('--task, --fine-tune') });
    const absent = await train('--resume', at('nothing'));
    expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('not-found') });
  });
});

describe('a training that was interrupted', () => {
  it.each([
    ['PPO on canary', QUICK_PPO_ON_CANARY],
    ['DQN on scale', QUICK_DQN_ON_SCALE],
    ['the hybrid on canary', QUICK_HYBRID_ON_CANARY],
  ])('goes on bit by bit as if it had not been: %s', async (_, config) => {
    const name = `${config.algo}-${config.task}`;
    const path = writeConfig(folder, name, config);
    const whole = at(`${name}-whole`);
    expect((await train('--config', path, '--out', whole)).code).toBe(0);

    const halves = at(`${name}-halves`);
    const first = begin('--config', path, '--out', halves);
    await first.until('progress');
    expect((await first.process.kill('SIGTERM')).code).toBe(0);
    expect(first.events.at(-1)).toMatchObject({ kind: 'finished', cancelled: true });
    const between = readRun(halves);
    expect(between.points.at(-1)?.steps).toBeLessThan(config.steps);
    expect((await train('--resume', halves)).code).toBe(0);

    const [expected, found] = [readRun(whole), readRun(halves)];
    expect(found.state).toEqual(expected.state);
    expect(found.policy.parameters).toEqual(expected.policy.parameters);
    const steps = stepsOf(found.points);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(new Set(steps)).toEqual(new Set([...stepsOf(expected.points), ...stepsOf(between.points)]));
    expect(countMetricLines(halves)).toBe(steps.length);
  });

  it.each(['started', 'progress', 'evaluating'] as const)(
    'by Ctrl-C after the event "%s" keeps what it has, and can go on',
    async (kind) => {
      const config = {
        ...QUICK_PPO_ON_HEAL,
        ...(kind === 'evaluating'
          ? { steps: 1000, evaluation: { episodes: 10_000 } }
          : { steps: ENDLESS.steps }),
      };
      const out = at(`cancel-${kind}`);
      const running = begin('--config', writeConfig(folder, `cancel-${kind}`, config), '--out', out);
      await running.until(kind);
      const { code, stderr } = await running.process.kill('SIGINT');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const last = running.events.at(-1) as Extract<TrainingEvent, { kind: 'finished' }>;
      expect(last).toMatchObject({ kind: 'finished', cancelled: true });
      if (last.version !== null) {
        const { policy } = readRun(out);
        const stored = new ModelStore(at('state/models'), Date.now).load('heal', last.version);
        expect(stored.parameters).toEqual(policy.parameters);
      }
      const again = begin('--resume', out);
      await again.until(kind);
      expect((await again.process.kill('SIGTERM')).code).toBe(0);
    },
  );

  it(`by ${KILLS} kills at any moments ends with the same policy, and leaves nothing damaged`, async () => {
    const path = writeConfig(folder, 'kills', QUICK_PPO_ON_HEAL);
    const out = at('kills');
    const store = new ModelStore(at('state/models'), Date.now);
    const goOn = () => begin(...(hasBegun(out) ? ['--resume', out] : ['--config', path, '--out', out]));
    for (let kill = 0; kill < KILLS; kill++) {
      const running = goOn();
      await running.until('started');
      await delay(Math.random() * 400);
      const { code } = await running.process.kill('SIGKILL');
      expect(store.list().filter(({ problem }) => problem !== null)).toEqual([]);
      // It was quicker than the kill.
      if (code === 0) break;
    }
    if (!readdirSync(out).includes('result.json')) expect((await goOn().process.finished).code).toBe(0);
    const { policy, state, points } = readRun(out);
    expect(policy.parameters).toEqual(straight.run.policy.parameters);
    expect(state).toEqual(straight.run.state);
    expect(stepsOf(points)).toEqual(stepsOf(straight.run.points));
  });
});

describe('a training that cannot go on', () => {
  const heal = (rest: string) => `task: heal\n${rest}`;
  it.each([
    ['an unknown key', heal('stepz: 5\n'), 'a.yaml:2:1: unknown key "stepz"'],
    ['an impossible value', heal('steps: few\n'), 'a.yaml:2:8: steps:'],
    [
      'an unknown hyper-parameter',
      heal('hyperparameters:\n  gama: 1\n'),
      'a.yaml:3:3: unknown key "hyperparameters.gama"',
    ],
    [
      'an impossible hyper-parameter',
      heal('hyperparameters:\n  gamma: 2\n'),
      'a.yaml:3:10: hyperparameters.gamma:',
    ],
    ['an unknown option of the env', heal('env: {wind: 1}\n'), 'a.yaml:2:7: unknown key "env.wind"'],
    ['an impossible option of the env', heal('env: {spec: heal/8}\n'), 'a.yaml:2:13: env.spec:'],
    ['YAML that is none', 'task: [\n', 'a.yaml:'],
    [
      'a layer to freeze that there is not',
      JSON.stringify({ ...QUICK_PPO_ON_HEAL, fineTune: { from: '1', freeze: ['nose'] } }),
      'nose',
    ],
  ])('for %s in its config says where, and leaves nothing behind', async (_, text, says) => {
    writeFileSync(at('a.yaml'), text);
    const { code, stderr } = await train('--config', at('a.yaml'), '--out', at('refused'));
    expect(stderr).toContain('config-invalid');
    expect(stderr).toContain(says);
    expect(code).toBe(3);
    expect(readdirSync(folder)).not.toContain('refused');
  });

  it('since another one is in its folder names that one', async () => {
    const out = at('taken');
    const path = writeConfig(folder, 'endless', ENDLESS);
    const first = begin('--config', path, '--out', out);
    await first.until('started');
    for (const args of [
      ['--config', path, '--out', out],
      ['--resume', out],
    ]) {
      const second = begin(...args);
      const { code, stderr } = await second.process.finished;
      expect(stderr).toContain(
        `training-locked: Another training runs in ${out} (pid ${first.process.child.pid})`,
      );
      expect(code).toBe(11);
      expect(second.events).toEqual([
        { kind: 'failed', error: expect.objectContaining({ code: 'training-locked' }) },
      ]);
    }
    expect((await first.process.kill('SIGTERM')).code).toBe(0);
  });

  it.skipIf(process.platform === 'win32')(
    'since the disk is full leaves the last checkpoint as it was',
    async () => {
      const out = at('full');
      const path = writeConfig(folder, 'full', { ...QUICK_DQN_ON_SCALE, steps: 20_000 });
      const first = begin('--config', path, '--out', out);
      await first.until('progress');
      await first.process.kill('SIGTERM');
      const before = readFileSync(join(out, 'checkpoint.bin'));
      // A little less than a checkpoint needs.
      const blocks = Math.floor(statSync(join(out, 'checkpoint.bin')).size / 1024) - 1;
      const command = [process.execPath, AGENT_BUNDLE, 'train', ...stateDir(), '--resume', out];
      const full = new Running(
        spawn('bash', ['-c', `ulimit -f ${blocks}; exec "$@"`, 'bash', ...command], { stdio: 'pipe' }),
      );
      const { code, stderr } = await full.finished;
      expect(stderr).toMatch(/disk-full: .*checkpoint\.bin[\s\S]*Free some space/);
      expect(code).toBe(15);
      expect(readFileSync(join(out, 'checkpoint.bin'))).toEqual(before);
      expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect((await train('--resume', out)).code).toBe(0);
    },
  );

  it('since its checkpoint is damaged, or of another config, says so', async () => {
    const out = at('damaged');
    const first = begin('--config', writeConfig(folder, 'damaged', ENDLESS), '--out', out);
    await first.until('progress');
    await first.process.kill('SIGTERM');
    const checkpoint = join(out, 'checkpoint.bin');
    const bytes = readFileSync(checkpoint);
    const damaged = Buffer.from(bytes);
    damaged[damaged.length - 100] = (damaged.at(-100) ?? 0) ^ 1;
    writeFileSync(checkpoint, damaged);
    expect(await train('--resume', out)).toMatchObject({
      code: 12,
      stderr: expect.stringContaining('checkpoint-invalid'),
    });
    writeFileSync(checkpoint, bytes);
    const config = { ...JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) };
    config.hyperparameters = { ...config.hyperparameters, netArch: [9] };
    writeFileSync(join(out, 'config.json'), JSON.stringify(config));
    expect((await train('--resume', out)).code).toBe(12);
    writeFileSync(join(out, 'config.json'), '{"task":"sail"}');
    expect(await train('--resume', out)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('config.json'),
    });
  });

  it('since there can be no such folder, or no such engine, says so', async () => {
    writeFileSync(at('file'), '');
    const quick = ['--task', 'heal', '--steps', '1000'];
    expect(await train(...quick, '--out', at('file'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`no run folder at ${at('file')}`),
    });
    expect(await train('--steps', '1000')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--task'),
    });
  });
});

describe('fine-tuning', () => {
  it('begins with a version, names it, and leaves frozen layers as they are', async () => {
    const store = new ModelStore(at('state/models'), Date.now);
    const version = Math.min(...store.list('heal').map((model) => model.version));
    const parent = store.load('heal', version);
    const path = writeConfig(folder, 'tuned', {
      ...QUICK_PPO_ON_HEAL,
      steps: 2000,
      fineTune: { from: String(version), freeze: ['policy.0'] },
    });
    expect((await train('--config', path, '--out', at('tuned'))).code).toBe(0);
    const { policy } = readRun(at('tuned'));
    expect(policy.provenance.parent).toBe(`heal/${version}`);
    // The first layer of the first tower: 9 inputs, 8 units.
    const frozen = 9 * 8 + 8;
    expect(policy.parameters.subarray(0, frozen)).toEqual(parent.parameters.subarray(0, frozen));
    expect(policy.parameters.subarray(frozen)).not.toEqual(parent.parameters.subarray(frozen));
  });

  it('is refused a policy for something else', async () => {
    const path = writeConfig(folder, 'mistaken', { ...QUICK_PPO_ON_CANARY, steps: 2000 });
    const { code, stderr } = await train('--config', path, '--fine-tune', join(at('straight'), 'best.onnx'));
    expect(stderr).toMatch(/model-incompatible: .*heal\/54/);
    expect(code).toBe(13);
  });
});
