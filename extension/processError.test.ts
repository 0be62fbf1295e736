import { expect, test } from 'vitest';
import { exitError } from './processError';

test('the error that a process printed last keeps its code and remedy', () => {
  const lines = [
    'listening',
    'error config-invalid: coxswain.yaml:3:1: unknown key "mod"',
    '  Did you mean mode?',
  ];
  expect(exitError('agent', 'agent-not-running', { code: 3, signal: null }, lines).toInfo()).toEqual({
    code: 'config-invalid',
    message: 'The agent ended with exit code 3: coxswain.yaml:3:1: unknown key "mod"',
    remedy: 'Did you mean mode?',
  });
});

test('an error of several lines is kept whole', () => {
  const lines = [
    'error config-invalid: a:5:16: too small',
    'a:3:1: unknown key',
    '  Correct the file.',
    'bye',
  ];
  expect(exitError('agent', 'internal', { code: 3, signal: null }, lines)).toMatchObject({
    message: 'The agent ended with exit code 3: a:5:16: too small\na:3:1: unknown key',
    remedy: 'Correct the file.',
  });
});

test('without one the end is explained by how it came and what was said last', () => {
  const error = exitError('agent', 'agent-not-running', { code: null, signal: 'SIGKILL' }, [
    'out of memory',
    '',
  ]);
  expect(error.code).toBe('agent-not-running');
  expect(error.message).toBe('The agent was ended by SIGKILL: out of memory');
  expect(exitError('agent', 'internal', { code: 1, signal: null }, []).message).toBe(
    'The agent ended with exit code 1.',
  );
});

test('a code that is not in the protocol is only words', () => {
  const error = exitError('agent', 'internal', { code: 1, signal: null }, ['error never-heard: x', '  y']);
  expect(error.code).toBe('internal');
});
