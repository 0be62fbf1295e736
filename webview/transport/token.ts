const STORAGE_KEY = 'coxswain.token';

/** The parts of `window` that the token passes through. */
export interface TokenPlace {
  location: { hash: string; pathname: string; search: string };
  history: { replaceState(data: unknown, unused: string, url: string): void };
  storage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
}

/**
 * The stream's token. It arrives in the fragment (`#token=…`), which browsers send to no server, is kept for this
 * tab's reloads and taken out of the address, so that it is not shared or bookmarked with it. Null without one.
 */
export function takeToken({ location, history, storage }: TokenPlace): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return storage.getItem(STORAGE_KEY);
  history.replaceState(null, '', location.pathname + location.search);
  storage.setItem(STORAGE_KEY, token);
  return token;
}
