import { expect, it } from 'vitest';
import type { ServerMessage } from '../../agent/protocol';
import { SNAPSHOT } from '../model/testData';
import type { TransportState } from './transport';
import { VsCodeTransport } from './vscodeTransport';

function start() {
  const posted: unknown[] = [];
  const messages: ServerMessage[] = [];
  const states: TransportState[] = [];
  const window = new EventTarget();
  const transport = new VsCodeTransport((message) => posted.push(message), window);
  transport.onMessage((message) => messages.push(message));
  transport.onState((state) => states.push(state));
  const receive = (data: unknown) => window.dispatchEvent(Object.assign(new Event('message'), { data }));
  return { transport, posted, messages, states, receive };
}

it('posts to the extension and checks what comes from it', () => {
  const { transport, posted, messages, receive } = start();
  expect(transport.send({ kind: 'subscribe' })).toBe(true);
  expect(posted).toEqual([{ kind: 'subscribe' }]);
  receive({ kind: 'snapshot', snapshot: SNAPSHOT });
  receive({ kind: 'nonsense' });
  expect(messages.map(({ kind }) => kind)).toEqual(['snapshot', 'failure']);
});

it('hears what VS Code itself says, beside what the agent does', () => {
  const { transport, messages, receive } = start();
  const heard: unknown[] = [];
  transport.onHostMessage((message) => heard.push(message));
  receive({ kind: 'show-training', trainingId: 't1' });
  receive({ kind: 'show-training', trainingId: 7 });
  expect(heard).toEqual([{ kind: 'show-training', trainingId: 't1' }]);
  expect(messages.map(({ kind }) => kind)).toEqual(['failure']);
});

it('waits after a goodbye until the extension sends a snapshot of a new agent', () => {
  const { transport, states, receive } = start();
  const error = { code: 'agent-not-running', message: 'The agent ended.', remedy: 'Restart it.' };
  receive({ kind: 'goodbye', error });
  expect(transport.state).toEqual({ kind: 'waiting', error, retryAtMs: null });
  expect(states).toHaveLength(1);
  receive({ kind: 'snapshot', snapshot: SNAPSHOT });
  expect(transport.state).toEqual({ kind: 'open' });
});
