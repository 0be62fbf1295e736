import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { toErrorInfo } from '../../protocol';
import { errorFrame } from './messages';
import type { BridgeSession } from './session';

/**
 * Serves a trainer until it closes the session or its end of the pipe. An error is sent as a last frame, and thrown.
 */
export async function serveBridge(session: BridgeSession, input: Readable, output: Writable): Promise<void> {
  output.write(session.hello());
  try {
    for await (const chunk of input) {
      for (const answer of session.receive(chunk)) {
        if (!output.write(answer)) await once(output, 'drain');
      }
      if (session.closed) return;
    }
    session.end();
  } catch (error) {
    output.write(errorFrame(toErrorInfo(error)));
    throw error;
  }
}
