import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, startCli } from '../support/cli';
import { isAlive, keeperOf, ScalingFixture } from './scalingFixture';

const KILLS = 14;
/** From shortly after each on: before and during the write of a take-over, during the steps, during the hand-back. */
const MOMENTS = ['ready', 'held', 'taken', 'scaled 4', 'scaled 6', 'handed back'];
/** The longest that an HPA may be away, on a machine that is busy with other tests too. */
const FEW_SECONDS_MS = 8000;

describe('an agent that dies while it has taken over an HPA', () => {
  let fixture: ScalingFixture;
  beforeAll(async () => {
    fixture = await ScalingFixture.open();
  });
  afterAll(() => fixture.close());

  it(`leaves a working HPA behind, killed at ${KILLS} moments`, async () => {
    const restoredMs: number[] = [];
    let untouched = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const agent = fixture.agent('a moment');
      await fixture.said(agent, MOMENTS[kill % MOMENTS.length] ?? 'ready');
      await delay(Math.random() * 60);
      await agent.kill();
      const wasWorking = await fixture.isWorking();
      const ms = await fixture.untilWorking();
      if (wasWorking) untouched += 1;
      else restoredMs.push(ms);
      expect(ms).toBeLessThan(FEW_SECONDS_MS);
    }
    expect(restoredMs.length).toBeGreaterThan(KILLS / 6);
    // No write of a dead agent, and no keeper, changes it afterwards.
    expect(await fixture.isWorking()).toBe(true);
    expect(fixture.keeperHandBacks()).toBeGreaterThan(0);
    const sorted = restoredMs.toSorted((a, b) => a - b).map(Math.round);
    console.info(
      `${KILLS} kills: ${untouched} while the HPA was as it was; handed back after a median of ` +
        `${sorted[Math.floor(sorted.length / 2)]} ms, at most ${sorted.at(-1)} ms`,
    );
  }, 240_000);

  it('and its keeper with it: the next start hands back', async () => {
    const agent = fixture.agent('ever');
    await fixture.said(agent, 'scaled 6');
    const keeper = keeperOf(agent);
    process.kill(keeper, 'SIGSTOP');
    await agent.kill();
    process.kill(keeper, 'SIGKILL');
    await fixture.until(() => !isAlive(keeper));
    expect(await fixture.isWorking()).toBe(false);
    const next = fixture.agent('ever');
    await fixture.said(next, 'ready');
    await fixture.said(next, 'taken');
    await next.kill();
    await fixture.untilWorking();
  });

  it('and is started again at once: one of both hands back, once', async () => {
    const agent = fixture.agent('ever');
    await fixture.said(agent, 'scaled 6');
    const before = fixture.rows().length;
    const killed = agent.kill();
    const next = fixture.agent('ever');
    await killed;
    await fixture.said(next, 'taken');
    await next.kill();
    await fixture.untilWorking();
    const handBacks = () => fixture.doneSince(before, 'hand back');
    // Of the first agent, and of the second. The journal hears of a write after the cluster.
    await fixture.until(() => handBacks() >= 2);
    expect(handBacks()).toBe(2);
  });

  it('while the API server is away: it is handed back when that is there again', async () => {
    const agent = fixture.agent('ever');
    await fixture.said(agent, 'scaled 6');
    fixture.road.cut();
    await agent.kill();
    const handBacks = fixture.keeperHandBacks();
    await delay(1500);
    expect(await fixture.isWorking()).toBe(false);
    fixture.road.mend();
    const ms = await fixture.untilWorking();
    console.info(`the API server back after 1.5 s: handed back ${Math.round(ms)} ms later`);
    await fixture.until(() => fixture.keeperHandBacks() === handBacks + 1);
  });

  it('and the HPA that is left goes on scaling, up and down', async () => {
    const agent = fixture.agent('ever');
    await fixture.said(agent, 'scaled 6');
    await agent.kill();
    await fixture.untilWorking();
    await fixture.load(1000);
    await fixture.until(async () => (await fixture.replicas()) === 12);
    await fixture.load(100);
    await fixture.until(async () => (await fixture.replicas()) <= 3);
    expect(await fixture.isWorking()).toBe(true);
  }, 90_000);
});

describe('an agent that hangs while it has taken over an HPA', () => {
  const BEAT_MS = 250;

  it('is handed back for after eight beats that did not come, and holds anew once it goes on', async () => {
    const fixture = await ScalingFixture.open();
    try {
      const agent = fixture.agent('ever', BEAT_MS);
      await fixture.said(agent, 'scaled 6');
      // Longer than a silence may last.
      await delay(12 * BEAT_MS);
      expect(await fixture.isWorking()).toBe(false);
      process.kill(agent.pid, 'SIGSTOP');
      const ms = await fixture.untilWorking();
      expect(ms).toBeGreaterThan(6 * BEAT_MS);
      console.info(`a stopped agent with beats of ${BEAT_MS} ms: handed back after ${Math.round(ms)} ms`);
      // The journal is the hung agent's.
      await fixture.until(() => /the agent hung.*"by":"keeper"/.test(fixture.keeperLog()));
      expect(fixture.keeperHandBacks()).toBe(0);
      process.kill(agent.pid, 'SIGCONT');
      await fixture.until(() =>
        agent.lines.some((line) => line.startsWith('lost The keeper ended (exit code 0)')),
      );
      await fixture.until(() => keeperOf(agent) > 0);
      expect(await fixture.isWorking()).toBe(true);
    } finally {
      await fixture.close();
    }
  });
});

describe('the whole agent, killed while it steers', () => {
  const TIMES = 3;

  it(`leaves a working HPA behind, ${TIMES} times`, async () => {
    const fixture = await ScalingFixture.open();
    const config = join(fixture.directory, 'coxswain.yaml');
    // Tried again soon where a write of the HPA's own comes between.
    const scale = '{ steering: own, breaker: { failures: 100, openFor: 1s } }';
    writeFileSync(config, `mode: auto\nnamespaces: [web]\nscale: ${scale}\n`);
    const stateDirectory = join(fixture.directory, 'state');
    let agent: Running | null = null;
    try {
      const restoredMs: number[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        const options = [
          '--kubeconfig',
          fixture.kubeconfig,
          '--config',
          config,
          '--state-dir',
          stateDirectory,
        ];
        agent = startCli(['agent', ...options]);
        await fixture.until(async () => !(await fixture.isWorking()), 90_000);
        await delay(Math.random() * 1500);
        await agent.kill('SIGKILL');
        restoredMs.push(await fixture.untilWorking());
      }
      expect(Math.max(...restoredMs)).toBeLessThan(FEW_SECONDS_MS);
      console.info(`the whole agent: handed back after ${restoredMs.map(Math.round).join(', ')} ms`);
    } finally {
      await agent?.kill('SIGKILL');
      await fixture.close();
    }
  }, 300_000);
});

describe('a keeper that dies', () => {
  it('is replaced, and the new one hands back', async () => {
    const fixture = await ScalingFixture.open();
    try {
      const agent = fixture.agent('ever');
      await fixture.said(agent, 'scaled 6');
      const first = keeperOf(agent);
      process.kill(first, 'SIGKILL');
      await fixture.until(() =>
        agent.lines.some((line) => line.startsWith('lost The keeper ended (SIGKILL)')),
      );
      await fixture.until(() => {
        try {
          return keeperOf(agent) !== first;
        } catch {
          return false;
        }
      });
      // It answers when it holds; until then the death of the agent would be left to the next start.
      await delay(1000);
      await agent.kill();
      expect(await fixture.untilWorking()).toBeLessThan(FEW_SECONDS_MS);
    } finally {
      await fixture.close();
    }
  });
});
