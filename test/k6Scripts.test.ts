import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { LOAD_PROFILES, parseStages, REQUESTS_PER_USER } from '../agent/simulate/loadProfiles';

const FOLDER = join(import.meta.dirname, '..', 'manifests', 'load');

interface Stage {
  duration: string;
  target: number;
}

/** What k6 finds in a script. */
interface Script {
  options: {
    scenarios: Record<string, { executor: string; stages?: Stage[]; vus?: number; duration?: string }>;
    thresholds: Record<string, string[]>;
  };
  setup(): unknown;
  default(): void;
}

/** What a virtual user has done. */
interface Done {
  urls: string[];
  checks: boolean[];
  sleptSeconds: number[];
}

const TARGET = { TARGET_URL: 'http://shop.test/' };

/** Runs the script as k6 would, up to its options, with k6's modules replaced by ones that take notes. */
async function load(name: string, env: Record<string, string> = TARGET, status = 200) {
  const bundled = await build({
    entryPoints: [join(FOLDER, name)],
    bundle: true,
    write: false,
    format: 'cjs',
    external: ['k6', 'k6/http'],
  });
  const done: Done = { urls: [], checks: [], sleptSeconds: [] };
  const k6 = {
    check: (value: unknown, checks: Record<string, (value: unknown) => boolean>) => {
      done.checks.push(...Object.values(checks).map((one) => one(value)));
    },
    sleep: (seconds: number) => void done.sleptSeconds.push(seconds),
  };
  const http = {
    get: (url: string) => {
      done.urls.push(url);
      return { status };
    },
  };
  const modules: Record<string, unknown> = { k6, 'k6/http': http };
  const module = { exports: {} };
  runInNewContext(bundled.outputFiles[0]?.text ?? '', {
    module,
    require: (id: string) => modules[id],
    __ENV: env,
  });
  return { script: module.exports as Script, done };
}

async function usersOf(name: string, env?: Record<string, string>) {
  const { script } = await load(name, env);
  // Objects of the other context are told from ours by toEqual.
  return structuredClone(script.options.scenarios.users);
}

const seconds = (stages: Stage[]) =>
  parseStages(stages.map(({ duration, target }) => `${duration}:${target}`).join(','));

describe('the scripts for k6', () => {
  const scripts = readdirSync(FOLDER).filter((name) => name.endsWith('.js') && name !== 'user.js');

  it('are those that the README names', () => {
    expect(scripts.sort()).toEqual(['flexible.js', 'gradual.js', 'spike.js', 'sustained.js']);
  });

  it.each(scripts)('%s fails a run that is slow or fails', async (name) => {
    const { script } = await load(name);
    expect(structuredClone(script.options.thresholds)).toEqual({
      http_req_duration: ['p(95)<200'],
      http_req_failed: ['rate<0.01'],
    });
  });

  it.each(scripts)('%s asks its target, checks the answer and thinks', async (name) => {
    const { script, done } = await load(name);
    expect(script.setup()).toBe('http://shop.test/');
    script.default();
    expect(done).toMatchObject({ urls: ['http://shop.test/'], checks: [true] });
    expect(done.sleptSeconds[0]).toBeGreaterThan(0);
    expect(done.sleptSeconds[0]).toBeLessThanOrEqual(1 / REQUESTS_PER_USER);
  });

  it.each(scripts)('%s ends at once without a target', async (name) => {
    const { script } = await load(name, {});
    expect(() => script.setup()).toThrow('Set TARGET_URL');
  });

  it('see an answer that is none', async () => {
    const { script, done } = await load('gradual.js', TARGET, 503);
    script.default();
    expect(done.checks).toEqual([false]);
  });

  it.each(['gradual', 'spike'] as const)('%s.js has the stages of the load of that name', async (name) => {
    const users = await usersOf(`${name}.js`);
    expect(users?.executor).toBe('ramping-vus');
    expect(seconds(users?.stages ?? [])).toEqual(parseStages(LOAD_PROFILES[name]));
  });

  it('sustained.js has the users of the load of that name', async () => {
    const { users, durationSeconds } = parseStages(LOAD_PROFILES.sustained)[1] ?? {};
    expect(await usersOf('sustained.js')).toEqual({
      executor: 'constant-vus',
      vus: users,
      duration: `${(durationSeconds ?? 0) / 60}m`,
    });
  });
});

describe('flexible.js', () => {
  it('stays at a number of users', async () => {
    expect(await usersOf('flexible.js')).toEqual({ executor: 'constant-vus', vus: 10, duration: '1m' });
    expect(await usersOf('flexible.js', { ...TARGET, VUS: '40', DURATION: '1h30m' })).toEqual({
      executor: 'constant-vus',
      vus: 40,
      duration: '1h30m',
    });
  });

  it('goes through stages, whatever else is set', async () => {
    const users = await usersOf('flexible.js', { ...TARGET, STAGES: '2m:10, 30s:0', VUS: '40' });
    expect(users).toEqual({
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: '2m', target: 10 },
        { duration: '30s', target: 0 },
      ],
    });
  });

  it.each([
    [{ STAGES: '2m' }, 'STAGES has "2m"'],
    [{ STAGES: '2m:ten' }, 'STAGES has "2m:ten"'],
    [{ STAGES: '2m:10:5' }, 'STAGES has "2m:10:5"'],
    [{ STAGES: '2:10' }, 'STAGES has "2"'],
    [{ VUS: 'many' }, 'VUS is "many"'],
    [{ VUS: '-1' }, 'VUS is "-1"'],
    [{ DURATION: 'long' }, 'DURATION has "long"'],
    [{ REQUESTS_PER_USER: '0' }, 'REQUESTS_PER_USER is "0"'],
  ])('refuses %j', async (env, message) => {
    await expect(load('flexible.js', { ...TARGET, ...env })).rejects.toThrow(message);
  });
});
