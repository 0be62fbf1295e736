/** The part of `vscode.SecretStorage` that is used. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

const PREFIX = 'coxswain.alert.';

/** Secret addresses of alerts, by the name that coxswain.yaml has for them in `urlFrom: vscode:name`. */
export class AlertAddresses {
  readonly #secrets: SecretStore;

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  /** Null where none was stored under this name. */
  async get(name: string): Promise<string | null> {
    return (await this.#secrets.get(PREFIX + name)) ?? null;
  }

  /** An empty address is forgotten. */
  async set(name: string, address: string): Promise<void> {
    if (address === '') await this.#secrets.delete(PREFIX + name);
    else await this.#secrets.store(PREFIX + name, address);
  }
}

/** The names that a coxswain.yaml asks for, each once: what stands behind `urlFrom: vscode:`. */
export function wantedAddresses(config: string): string[] {
  const found = config.matchAll(/^\s*(?:-\s*)?urlFrom\s*:\s*(["']?)vscode:(.+?)\1\s*(?:#.*)?$/gm);
  return [...new Set([...found].map(([, , name = '']) => name.trim()))];
}

/** What is wrong with a text as the address of alerts, or null; an empty one forgets what was stored. */
export function addressProblem(text: string): string | null {
  const address = text.trim();
  if (address === '' || (/^https?:\/\//.test(address) && URL.canParse(address))) return null;
  return 'A whole address that begins with https:// or http://, or nothing to forget the one that is stored.';
}
