import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonicalJson';
import { redact } from './redact';

describe('redact', () => {
  const secrets = [
    'Authorization: Bearer s3cr3t-token-value',
    'authorization: basic dXNlcjpzM2NyM3Q=',
    'token is eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzM2NyM3QifQ.s3cr3t_signature',
    'connect https://admin:s3cr3t@prometheus.example/api failed',
    'exec plugin said {"token":"s3cr3t-0123"}',
    'password=s3cr3t;',
    '-----BEGIN EC PRIVATE KEY-----\ns3cr3t\n-----END EC PRIVATE KEY-----',
  ];
  it.each(secrets)('blacks out %j', (text) => {
    expect(redact(text)).toContain('[redacted]');
    expect(redact(text)).not.toMatch(/s3cr3t|dXNlcjpzM2NyM3Q|eyJ/);
  });

  const harmless = [
    'scale up 3 → 4: CPU 0.92 of its limit',
    'pods "cart-6d4b75cb6d-hwzkx" is forbidden: User "system:serviceaccount:shop:coxswain" cannot evict',
    'the bearer of this message',
  ];
  it.each(harmless)('leaves %j alone', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, { d: 'x', c: null }], a: undefined, A: 1.5 })).toBe(
      '{"A":1.5,"b":[1,{"c":null,"d":"x"}]}',
    );
    expect(canonicalJson({ c: 1, b: 2 })).toBe(canonicalJson({ b: 2, c: 1 }));
  });
});
