import { expect, test } from 'vitest';
import { AlertAddresses, addressProblem, wantedAddresses } from './alertAddresses';

function memory() {
  const stored = new Map<string, string>();
  return {
    stored,
    secrets: {
      get: async (key: string) => stored.get(key),
      store: async (key: string, value: string) => void stored.set(key, value),
      delete: async (key: string) => void stored.delete(key),
    },
  };
}

test('an address is kept under its name, and forgotten when it is empty', async () => {
  const { secrets, stored } = memory();
  const addresses = new AlertAddresses(secrets);
  expect(await addresses.get('team')).toBeNull();
  await addresses.set('team', 'https://hooks.example/x');
  expect(await addresses.get('team')).toBe('https://hooks.example/x');
  await addresses.set('team', '');
  expect(stored.size).toBe(0);
});

test('the names that coxswain.yaml asks for are offered', () => {
  const config = `canary:
  alerts:
    - type: slack
      urlFrom: vscode:team
    - urlFrom: "vscode:on-call" # at night
      type: teams
    - { type: webhook }
    - type: slack
      urlFrom: env:SLACK
      # urlFrom: vscode:old
    - type: slack
      urlFrom: vscode:team
`;
  expect(wantedAddresses(config)).toEqual(['team', 'on-call']);
});

test('only a whole address is stored', () => {
  expect(
    ['', 'https://x.example/y', 'x.example', 'ftp://x'].map((text) => addressProblem(text) === null),
  ).toEqual([true, true, false, false]);
});
