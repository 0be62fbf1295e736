import { expect, test } from 'vitest';
import type { ErrorInfo, ServerMessage } from '../../agent/protocol';
import { CoxswainError } from '../../agent/protocol/errors';
import { connectedSnapshot } from '../testing';
import type { AgentSession, SessionListener } from './session';
import { StateStore } from './stateStore';
import { AgentSupervisor } from './supervisor';

const died: ErrorInfo = { code: 'agent-not-running', message: 'It ended.', remedy: 'Restart it.' };

/** A supervisor over agents that the test lets start, speak and die. */
function world(start: () => Promise<void> = async () => {}) {
  const sessions: { listener: SessionListener | null; disposed: boolean }[] = [];
  const timers: { delayMs: number; callback: () => void }[] = [];
  const store = new StateStore();
  const clock = {
    nowMs: () => 0,
    schedule(delayMs: number, callback: () => void) {
      const timer = { delayMs, callback };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
  };
  const startSession = async (): Promise<AgentSession> => {
    await start();
    const session = { listener: null as SessionListener | null, disposed: false };
    sessions.push(session);
    return {
      initial: connectedSnapshot(),
      listen: (listener) => {
        session.listener = listener;
      },
      request: () => Promise.reject(new Error('not asked in this test')),
      dispose: async () => {
        session.disposed = true;
      },
    };
  };
  const supervisor = new AgentSupervisor(startSession, store, clock);
  return {
    supervisor,
    store,
    sessions,
    timers,
    fireTimer: () => timers.shift()?.callback(),
    dieNow: () => sessions.at(-1)?.listener?.onDied(died),
  };
}

test('an agent that starts is announced, with its state in the store', async () => {
  const { supervisor, store } = world();
  let announced = 0;
  supervisor.ready.on(() => announced++);
  await supervisor.restart();
  const agent = await supervisor.whenRunning();
  expect(agent.snapshot.pid).toBe(42);
  expect(store.state.kind).toBe('running');
  expect(announced).toBe(1);
});

test('an agent that dies is restarted after 0.5, 2 and 8 seconds, and then the user is asked', async () => {
  const { supervisor, store, sessions, timers, fireTimer, dieNow } = world();
  const asked: ErrorInfo[] = [];
  supervisor.gaveUp.on((error) => asked.push(error));
  await supervisor.restart();
  await supervisor.whenRunning();
  for (const delayMs of [500, 2000, 8000]) {
    dieNow();
    expect(store.state).toMatchObject({ kind: 'restarting', delayMs });
    expect(supervisor.running).toBeNull();
    fireTimer();
    await supervisor.whenRunning();
  }
  expect(asked).toEqual([]);
  dieNow();
  expect(asked).toEqual([died]);
  expect(store.state.kind).toBe('down');
  expect(timers).toEqual([]);
  expect(sessions.length).toBe(4);
  await expect(supervisor.whenRunning()).rejects.toMatchObject({ code: 'agent-not-running' });
});

test('a restart by hand clears the record of deaths', async () => {
  const { supervisor, store, fireTimer, dieNow } = world();
  await supervisor.restart();
  for (let death = 0; death < 3; death++) {
    await supervisor.whenRunning();
    dieNow();
    fireTimer();
  }
  await supervisor.whenRunning();
  await supervisor.restart();
  await supervisor.whenRunning();
  dieNow();
  expect(store.state).toMatchObject({ kind: 'restarting', delayMs: 500 });
});

test('an agent that refuses to run is not started again, because nothing would change', async () => {
  const refusal = new CoxswainError('config-invalid', 'coxswain.yaml:3: unknown key', 'Correct it.');
  const { supervisor, store, timers } = world(() => Promise.reject(refusal));
  await supervisor.restart();
  await expect(supervisor.whenRunning()).rejects.toMatchObject({ remedy: 'Correct it.' });
  expect(store.state).toMatchObject({ kind: 'down', error: { code: 'config-invalid' } });
  expect(timers).toEqual([]);
});

test('what an earlier agent still says is dropped', async () => {
  const { supervisor, store, sessions } = world();
  await supervisor.restart();
  await supervisor.whenRunning();
  await supervisor.restart();
  await supervisor.whenRunning();
  expect(sessions[0]?.disposed).toBe(true);
  sessions[0]?.listener?.onDied(died);
  sessions[0]?.listener?.onStreamLost();
  expect(store.state).toMatchObject({ kind: 'running', stream: { kind: 'live' } });
});

test('two restarts at once leave one agent', async () => {
  const { supervisor, sessions } = world();
  await Promise.all([supervisor.restart(), supervisor.restart()]);
  await supervisor.whenRunning();
  expect(sessions.filter(({ disposed }) => !disposed).length).toBe(1);
});

test('the dashboard is told when the agent dies, and gets the state of the next one', async () => {
  const { supervisor, store, fireTimer, dieNow } = world();
  const relayed: ServerMessage['kind'][] = [];
  store.relayed.on(({ kind }) => relayed.push(kind));
  await supervisor.restart();
  await supervisor.whenRunning();
  dieNow();
  fireTimer();
  await supervisor.whenRunning();
  expect(relayed).toEqual(['snapshot', 'goodbye', 'snapshot']);
});

test('nothing is restarted after the end', async () => {
  const { supervisor, sessions, timers, dieNow } = world();
  await supervisor.restart();
  await supervisor.whenRunning();
  await supervisor.dispose();
  dieNow();
  expect(timers).toEqual([]);
  expect(sessions[0]?.disposed).toBe(true);
});
