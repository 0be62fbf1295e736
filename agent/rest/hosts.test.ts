import { describe, expect, it } from 'vitest';
import { isOwnHost } from './hosts';

describe('the name that a request calls the service by', () => {
  it.each([
    ['127.0.0.1:8000', true, true],
    ['localhost', true, true],
    ['[::1]:8000', true, true],
    ['10.1.2.3:8000', false, true],
    ['[fd00::5]', false, true],
    ['coxswain', false, true],
    ['coxswain.ops.svc:8000', false, true],
    ['coxswain.ops.svc.cluster.local', false, true],
    ['attacker.example', false, false],
    ['svc.attacker.example', false, false],
    ['localhost.attacker.example:8000', false, false],
    ['127.0.0.1.attacker.example', false, false],
    ['a b', false, false],
    ['[::1', false, false],
    ['', false, false],
    [undefined, false, false],
  ])('%s: on loopback %s, beyond it %s', (host, onLoopback, beyond) => {
    expect(isOwnHost(host, '127.0.0.1')).toBe(onLoopback);
    expect(isOwnHost(host, '0.0.0.0')).toBe(beyond);
  });

  it('may be the one it was told to listen on', () => {
    expect(isOwnHost('agent.ops.example:8000', 'agent.ops.example')).toBe(true);
    expect(isOwnHost('other.ops.example:8000', 'agent.ops.example')).toBe(false);
  });
});
