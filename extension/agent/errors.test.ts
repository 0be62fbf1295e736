import { expect, test } from 'vitest';
import { parseAnswer, requestError } from './errors';

test('an error of the agent keeps its code, message and remedy', () => {
  const sent = Object.assign(new Error('rpc'), {
    data: { code: 'proposal-expired', message: 'Too late.', remedy: 'Wait for the next.' },
  });
  expect(requestError('approve', sent).toInfo()).toEqual(sent.data);
});

test('any other failure of a request names the request', () => {
  const error = requestError('approve', new Error('connection got disposed'));
  expect(error.code).toBe('internal');
  expect(error.message).toBe('The agent did not answer approve: connection got disposed');
});

test('an answer of the wrong shape is refused', () => {
  expect(parseAnswer('setMode', { mode: 'auto' })).toEqual({ mode: 'auto' });
  expect(() => parseAnswer('setMode', { mode: 'turbo' })).toThrow(
    expect.objectContaining({ code: 'message-malformed', message: expect.stringContaining('setMode') }),
  );
});
