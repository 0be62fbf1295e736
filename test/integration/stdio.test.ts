import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { PROTOCOL_VERSION } from '../../agent/protocol';
import { type Running, startCli } from '../support/cli';
import { startSilentServer } from '../support/silentServer';

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 50 });

describe('the agent on stdio', () => {
  let directory: string;
  let agent: Running;
  let connection: MessageConnection;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-stdio-'));
    open();
  });
  function open(): void {
    agent = startCli(['agent', '--stdio', '--state-dir', directory]);
    const { stdout, stdin } = agent.child;
    if (!stdout || !stdin) throw new Error('its pipes are open');
    connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    connection.listen();
  }
  afterEach(async () => {
    connection.dispose();
    await agent.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  const initialize = (options: unknown = { protocolVersion: PROTOCOL_VERSION, trusted: true }) =>
    connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: options,
    });

  it('answers requests of the protocol', async () => {
    await initialize();
    expect(await connection.sendRequest('coxswain/snapshot', {})).toMatchObject({
      snapshot: { connection: { kind: 'disconnected' }, mode: 'observe' },
    });
    expect(await connection.sendRequest('coxswain/stream', {})).toMatchObject({
      url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/stream$/),
    });
  });

  it('answers a failure with code, message and remedy', async () => {
    await initialize();
    await expect(connection.sendRequest('coxswain/pause', {})).rejects.toMatchObject({
      data: { code: 'not-connected', remedy: expect.stringContaining('Connect') },
    });
    await expect(connection.sendRequest('coxswain/setMode', { mode: 'yolo' })).rejects.toMatchObject({
      data: { code: 'message-malformed' },
    });
  });

  it('refuses an extension of another version', async () => {
    await expect(initialize({ protocolVersion: 99, trusted: true })).rejects.toMatchObject({
      data: { code: 'message-malformed', remedy: expect.stringContaining('reload the window') },
    });
  });

  it('keeps an untrusted window away from kubeconfigs', async () => {
    await initialize({ protocolVersion: PROTOCOL_VERSION, trusted: false });
    await expect(connection.sendRequest('coxswain/connect', {})).rejects.toMatchObject({
      data: { code: 'untrusted-workspace' },
    });
  });

  it('marks the problems of an opened coxswain.yaml', async () => {
    await initialize();
    const published: { diagnostics: { message: string }[] }[] = [];
    connection.onNotification('textDocument/publishDiagnostics', (params) => {
      published.push(params);
    });
    const textDocument = {
      uri: 'file:///coxswain.yaml',
      languageId: 'yaml',
      version: 1,
      text: 'mode: fly\n',
    };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    await until(() => expect(published.at(-1)?.diagnostics[0]?.message).toMatch(/^mode: /));
  });

  it('says on stderr what it did not understand, and goes on', async () => {
    await initialize();
    const body = '{"jsonrpc": "2.0", nonsense';
    agent.child.stdin?.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    await until(() => expect(agent.stderr).toMatch(/message-malformed: stdin/));
    expect(await connection.sendRequest('coxswain/snapshot', {})).toHaveProperty('snapshot');
  });

  it('ends when the window closes its pipe, without being asked', async () => {
    await initialize();
    agent.child.stdin?.end();
    expect(await agent.finished).toMatchObject({ code: 0 });
  });

  it('ends when the window closes its pipe before it has said anything, or while it connects', async () => {
    agent.child.stdin?.end();
    expect(await agent.finished).toMatchObject({ code: 0, stderr: '' });

    const kubeconfig = join(directory, 'config');
    const silent = await startSilentServer(kubeconfig);
    open();
    await initialize();
    connection.sendRequest('coxswain/connect', { kubeconfig }).catch(() => undefined);
    await until(() => expect(silent.wasAsked).toBe(true));
    agent.child.stdin?.end();
    expect(await agent.finished).toMatchObject({ code: 0, stderr: '' });
    silent.close();
  }, 15_000);

  it('trusts nobody who has not said that the workspace is trusted', async () => {
    await expect(connection.sendRequest('coxswain/connect', {})).rejects.toThrow();
    await initialize({ protocolVersion: PROTOCOL_VERSION, trusted: false });
    await expect(connection.sendRequest('coxswain/connect', {})).rejects.toMatchObject({
      data: { code: 'untrusted-workspace' },
    });
  });

  it('ends in order when it is asked to', async () => {
    await initialize();
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    expect(await agent.finished).toMatchObject({ code: 0 });
  });
});
