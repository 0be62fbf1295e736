import { expect, test } from 'vitest';
import { readSetting, SETTINGS } from './config';

test('a setting that the user has not set has its declared default', () => {
  const unset = { get: <T>(_key: string, fallback: T) => fallback };
  expect(readSetting(unset, 'embedded.rate')).toBe(1);
  expect(readSetting(unset, 'kubeconfig')).toBe('');
});

test('whatever decides which cluster is connected is restricted to trusted workspaces', () => {
  expect(SETTINGS.kubeconfig.restricted).toBe(true);
  expect(SETTINGS.autoConnect.restricted).toBe(true);
});
