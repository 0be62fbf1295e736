import { expect, it } from 'vitest';
import { type TokenPlace, takeToken } from './token';

function place(hash: string, stored: string | null = null) {
  const replaced: string[] = [];
  const storage = new Map<string, string>();
  if (stored !== null) storage.set('coxswain.token', stored);
  const tokenPlace: TokenPlace = {
    location: { hash, pathname: '/', search: '?x=1' },
    history: { replaceState: (_data, _unused, url) => void replaced.push(url) },
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
    },
  };
  return { tokenPlace, replaced, storage };
}

it('moves the token from the address to the storage of the tab', () => {
  const { tokenPlace, replaced, storage } = place('#token=abc_1-2');
  expect(takeToken(tokenPlace)).toBe('abc_1-2');
  expect(replaced).toEqual(['/?x=1']);
  expect([...storage.values()]).toEqual(['abc_1-2']);
});

it('finds it there after a reload, and lets a new address win', () => {
  expect(takeToken(place('', 'old').tokenPlace)).toBe('old');
  expect(takeToken(place('#token=new', 'old').tokenPlace)).toBe('new');
});

it('is null where there never was one', () => {
  const { tokenPlace, replaced } = place('');
  expect(takeToken(tokenPlace)).toBeNull();
  expect(replaced).toEqual([]);
});
