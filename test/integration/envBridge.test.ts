import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { CLOSE, type Frame, HELLO, readFrames, readTransitions, reset, step } from '../support/bridgeClient';
import { AGENT_BUNDLE, runCli } from '../support/cli';

const PEERS = fileURLToPath(new URL('../bench/peers', import.meta.url));

/** `coxswain env serve` as a trainer sees it. */
class Bridge {
  readonly child;
  readonly ended: Promise<number | null>;
  stderr = '';
  #received: Buffer = Buffer.alloc(0);

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [AGENT_BUNDLE, 'env', 'serve', ...args], { stdio: 'pipe' });
    this.child.stdout.on('data', (data: Buffer) => {
      this.#received = Buffer.concat([this.#received, data]);
    });
    this.child.stderr.on('data', (data) => {
      this.stderr += data;
    });
    this.ended = once(this.child, 'close').then(([code]) => code);
  }

  send(message: Buffer | string): void {
    this.child.stdin.write(message);
  }

  async line(): Promise<string> {
    const end = await this.#until(() => this.#received.indexOf('\n') + 1);
    const line = this.#received.toString('utf8', 0, end);
    this.#received = this.#received.subarray(end);
    return line;
  }

  async frame(): Promise<Frame> {
    const frame = await this.#until(() => readFrames(this.#received).frames[0]);
    this.#received = this.#received.subarray(8 + frame.payload.length);
    return frame;
  }

  /** What `look` finds, as soon as enough has arrived. */
  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found) return found;
      await Promise.race([once(this.child.stdout, 'data'), this.ended.then((code) => this.#gone(code))]);
    }
  }

  #gone(code: number | null): never {
    throw new Error(`the bridge ended with code ${code}: ${this.stderr}`);
  }
}

describe('coxswain env serve', () => {
  let bridge: Bridge | undefined;
  afterEach(async () => {
    bridge?.child.kill();
    await bridge?.ended;
  });

  it('lets a trainer play many episodes, and ends when it is told to', async () => {
    bridge = new Bridge('--env', 'cartpole', '--envs', '4', '--seed', '3');
    expect(JSON.parse(await bridge.line())).toMatchObject({ spec: 'cartpole/4', envs: 4, seed: 3 });
    bridge.send(HELLO);
    bridge.send(reset(1));
    expect(await bridge.frame()).toMatchObject({ kind: 1 });
    let steps = 0;
    for (let count = 0; count < 200; count++) {
      bridge.send(step(0, 1, count % 2, 1));
      const { episodes } = readTransitions(await bridge.frame(), 4, 4);
      for (const episode of episodes) steps += episode.length;
    }
    expect(steps).toBeGreaterThan(600);
    bridge.send(CLOSE);
    expect(await bridge.ended).toBe(0);
    expect(bridge.stderr).toBe('');
  });

  it('ends with its trainer', async () => {
    bridge = new Bridge('--env', 'acrobot');
    await bridge.line();
    bridge.send(HELLO);
    bridge.child.stdin.end();
    expect(await bridge.ended).toBe(0);
  });

  it.each([
    ['a line that is no hello', '\n'],
    ['an impossible action', Buffer.concat([Buffer.from(HELLO), step(7)])],
  ])('answers %s with an error frame, and ends', async (_, message) => {
    bridge = new Bridge('--env', 'cartpole');
    await bridge.line();
    bridge.send(message);
    const { kind, payload } = await bridge.frame();
    expect(kind).toBe(0);
    expect(JSON.parse(payload.toString())).toMatchObject({ code: 'message-malformed' });
    expect(await bridge.ended).toBe(1);
    expect(bridge.stderr).toMatch(/message-malformed/);
  });
});

describe('coxswain env', () => {
  const cases: [string, string[], number, RegExp][] = [
    ['lists the envs', ['list'], 0, /cartpole +keep a pole upright/],
    [
      'checks an env, and shows what it looks like',
      ['check', '--env', 'cartpole', '--episodes', '5'],
      0,
      /pole angle +rad +-0\.4189 to 0\.4189[\s\S]*return[\s\S]*no problems found/,
    ],
    [
      'refuses an unknown env, with those that there are',
      ['serve', '--env', 'pong'],
      3,
      /Choose one of cartpole/,
    ],
    ['refuses unknown options', ['check', '--env', 'cartpole', '--options', '{"x":1}'], 3, /unknown key "x"/],
    [
      'refuses options that are no object',
      ['check', '--env', 'cartpole', '--options', '[1]'],
      2,
      /JSON object/,
    ],
    ['refuses too many envs', ['serve', '--env', 'cartpole', '--envs', '5000'], 2, /from 1 to 4096/],
  ];
  it.each(cases)('%s', async (_, args, code, says) => {
    const finished = await runCli(['env', ...args]);
    expect(finished.stdout + finished.stderr).toMatch(says);
    expect(finished.code).toBe(code);
  });
});

describe('a Python trainer', () => {
  const python = findPython();

  it.skipIf(python === null)('uses an env as Gymnasium’s own checks demand', () => {
    const script = `
import warnings
warnings.simplefilter("ignore")
import gymnasium, numpy
from gymnasium.utils.env_checker import check_env
from coxswain_env import CoxswainEnv

env = CoxswainEnv("cartpole")
check_env(env, skip_render_check=True)
theirs = gymnasium.make("CartPole-v1").observation_space
assert numpy.allclose(env.observation_space.high, theirs.high) and env.action_space.n == 2

observation, _ = env.reset(seed=1)
total, over = 0.0, False
while not over:
    observation, reward, terminated, truncated, _ = env.step(int(observation[2] + 0.5 * observation[3] > 0))
    total, over = total + reward, terminated or truncated
env.close()
print("return", total)
try:
    CoxswainEnv("pong")
except RuntimeError as error:
    print("refused:", error)
`;
    const { stdout, stderr, status } = spawnSync(python ?? '', ['-c', script], {
      cwd: PEERS,
      env: { ...process.env, COXSWAIN_COMMAND: `"${process.execPath}" "${AGENT_BUNDLE}"` },
      encoding: 'utf8',
    });
    expect(stderr).not.toContain('Traceback');
    expect(status).toBe(0);
    expect(Number(/return ([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThan(100);
    expect(stdout).toContain('refused: the bridge ended with exit code 3');
  });
});

/** A Python with Gymnasium, or null. */
function findPython(): string | null {
  const candidates = [process.env.COXSWAIN_PYTHON, join(homedir(), '.cache/coxswain/peers/bin/python')];
  const found = candidates.find(
    (path) => path && existsSync(path) && spawnSync(path, ['-c', 'import gymnasium']).status === 0,
  );
  if (!found) console.warn('skipped: no Python with gymnasium (COXSWAIN_PYTHON)');
  return found ?? null;
}
