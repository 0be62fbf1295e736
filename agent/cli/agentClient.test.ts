import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { publishEndpoint } from '../server/endpointFile';
import { askOnce, connectToAgent } from './agentClient';

it('says of an agent of another version that it is one', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'coxswain-client-'));
  const other = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  other.on('connection', (socket) => {
    socket.on('message', (text) => {
      const { id } = JSON.parse(String(text));
      socket.send(JSON.stringify({ kind: 'response', id, result: { state: 'as it was then' } }));
    });
  });
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  publishEndpoint(directory, { pid: 1, url: `ws://127.0.0.1:${port}/stream`, token: 'token' });
  const answer = askOnce(await connectToAgent(directory), (agent) => agent.request('snapshot', {}));
  await expect(answer).rejects.toMatchObject({
    code: 'message-malformed',
    remedy: expect.stringContaining('the same version'),
  });
  other.close();
  rmSync(directory, { recursive: true });
});
