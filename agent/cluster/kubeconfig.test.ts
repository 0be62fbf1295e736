import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REAL_TIME } from '../clock';
import { listContexts, loadKubeconfig, resolveContext } from './kubeconfig';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const ONE = `
current-context: one
clusters: [{ name: c, cluster: { server: https://one.test, certificate-authority: ca.crt } }]
users: [{ name: u, user: { token: secret-one } }]
contexts: [{ name: one, context: { cluster: c, user: u, namespace: shop } }]
`;
const TWO = `
current-context: two
clusters: [{ name: c, cluster: { server: https://shadowed.test } }, { name: c2, cluster: { server: https://two.test } }]
users: [{ name: u, user: { token: secret-two } }]
contexts: [{ name: two, context: { cluster: c2, user: u } }]
`;

describe('finding a kubeconfig', () => {
  it('takes the explicit path before all others', () => {
    const path = write('one', ONE);
    const kubeconfig = loadKubeconfig({ path, env: { KUBECONFIG: write('two', TWO) }, home: folder });
    expect(kubeconfig.currentContext).toBe('one');
  });

  it('merges the files of $KUBECONFIG as kubectl does: the first to name something wins', () => {
    const env = {
      KUBECONFIG: [join(folder, 'absent'), write('one', ONE), write('two', TWO)].join(delimiter),
    };
    expect(listContexts(loadKubeconfig({ env, home: folder }))).toEqual([
      { name: 'one', cluster: 'c', user: 'u', namespace: 'shop', server: 'https://one.test', current: true },
      { name: 'two', cluster: 'c2', user: 'u', namespace: null, server: 'https://two.test', current: false },
    ]);
  });

  it('falls back to ~/.kube/config', () => {
    mkdirSync(join(folder, '.kube'));
    write('.kube/config', TWO);
    expect(loadKubeconfig({ env: {}, home: folder }).currentContext).toBe('two');
  });

  it('says where it has looked', () => {
    const path = join(folder, 'absent');
    expect(() => loadKubeconfig({ path })).toThrow(
      expect.objectContaining({ code: 'kubeconfig-missing', message: expect.stringContaining(path) }),
    );
    expect(() => loadKubeconfig({ env: {}, home: folder, root: folder })).toThrow(
      expect.objectContaining({ code: 'kubeconfig-missing' }),
    );
  });

  it('makes paths absolute from the file that names them', () => {
    const { cluster } = resolveContext(loadKubeconfig({ path: write('one', ONE) }));
    expect(cluster.cluster['certificate-authority']).toBe(join(folder, 'ca.crt'));
  });
});

describe('a broken kubeconfig', () => {
  const cases: [string, string, number][] = [
    ['bad syntax', 'clusters:\n  - name: c\n    cluster: {server: [}\n', 3],
    ['a server that is missing', 'clusters:\n  - name: c\n    cluster:\n      nothing: 1\n', 4],
    ['contexts that are no list', 'users: []\ncontexts: 3\n', 2],
    ['text that is no mapping', 'hello', 1],
  ];
  for (const [what, text, line] of cases) {
    it(`with ${what} is an error at line ${line}`, () => {
      const path = write('broken', text);
      expect(() => loadKubeconfig({ path })).toThrow(
        expect.objectContaining({
          code: 'kubeconfig-invalid',
          message: expect.stringMatching(new RegExp(`broken is invalid at line ${line}:`)),
        }),
      );
    });
  }

  it('never shows what is written there', () => {
    const path = write('broken', 'users:\n  - name: u\n    user: {token: [top-secret-token]}\n');
    expect(() => loadKubeconfig({ path })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('top-secret-token') }),
    );
  });
});

describe('choosing a context', () => {
  it('names the known ones where it is unknown', () => {
    const kubeconfig = loadKubeconfig({ path: write('one', ONE) });
    expect(() => resolveContext(kubeconfig, 'nope')).toThrow(
      expect.objectContaining({ code: 'context-unknown', remedy: 'Choose one of: one.' }),
    );
  });

  it('says so where there is no current one', () => {
    const kubeconfig = loadKubeconfig({ path: write('empty', '') });
    expect(() => resolveContext(kubeconfig)).toThrow(
      expect.objectContaining({
        code: 'context-unknown',
        message: expect.stringContaining('No current context'),
      }),
    );
  });

  it('says so where its cluster is not there', () => {
    const path = write('dangling', 'contexts: [{ name: x, context: { cluster: gone, user: u } }]');
    expect(() => resolveContext(loadKubeconfig({ path }), 'x')).toThrow(
      expect.objectContaining({ code: 'kubeconfig-invalid', message: expect.stringContaining('"gone"') }),
    );
  });

  it('runs in real time without the clock extension', () => {
    expect(resolveContext(loadKubeconfig({ path: write('one', ONE) })).clock).toEqual(REAL_TIME);
  });

  const withClock = (extension: string) =>
    ONE.replace(
      'certificate-authority: ca.crt',
      `extensions: [{ name: coxswain.dev/clock, extension: ${extension} }]`,
    );

  it('reads the clock of the embedded cluster', () => {
    const path = write('clock', withClock('{ originMs: 5, wallOriginMs: 7, rate: 20 }'));
    expect(resolveContext(loadKubeconfig({ path })).clock).toEqual({
      originMs: 5,
      wallOriginMs: 7,
      rate: 20,
    });
  });

  it('may act on the namespace that it names, or on nothing', () => {
    expect(resolveContext(loadKubeconfig({ path: write('one', ONE) })).namespaces).toEqual(['shop']);
    expect(resolveContext(loadKubeconfig({ path: write('two', TWO) })).namespaces).toEqual([]);
  });

  const withNamespaces = (extension: string, server = 'https://127.0.0.1:6443') =>
    ONE.replace('https://one.test', server).replace(
      'namespace: shop',
      `namespace: shop, extensions: [{ name: minikube, extension: 1 }, { name: coxswain.dev/namespaces, extension: ${extension} }]`,
    );

  it('may act on those of its extension, as of the embedded cluster', () => {
    const path = write('namespaces', withNamespaces('{ namespaces: [shop, web] }'));
    expect(resolveContext(loadKubeconfig({ path })).namespaces).toEqual(['shop', 'web']);
  });

  it.each(['https://prod.test', 'https://127.0.0.1.prod.test:6443', 'https://10.0.0.1', 'prod'])(
    'may not act on more because the kubeconfig of a cluster at %s says so',
    (server) => {
      const path = write('far', withNamespaces('{ namespaces: [shop, payments, kube-system] }', server));
      expect(resolveContext(loadKubeconfig({ path })).namespaces).toEqual(['shop']);
    },
  );

  it('refuses an extension that lists no names', () => {
    const path = write('namespaces', withNamespaces('{ namespaces: shop }'));
    expect(() => resolveContext(loadKubeconfig({ path }))).toThrow(
      expect.objectContaining({
        code: 'kubeconfig-invalid',
        message: expect.stringContaining('coxswain.dev/namespaces of context one'),
      }),
    );
  });

  it('refuses a clock that stands still', () => {
    const path = write('clock', withClock('{ originMs: 5, wallOriginMs: 7, rate: 0 }'));
    expect(() => resolveContext(loadKubeconfig({ path }))).toThrow(
      expect.objectContaining({
        code: 'kubeconfig-invalid',
        message: expect.stringContaining('coxswain.dev/clock'),
      }),
    );
  });
});
