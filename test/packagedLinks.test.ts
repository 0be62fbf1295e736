import { expect, it } from 'vitest';

const LINKS = new URL('../scripts/lib/links.mjs', import.meta.url).href;
const { relink }: { relink(text: string, places: Places): string } = await import(LINKS);

interface Places {
  page: string;
  as?: string;
  files: ReadonlySet<string>;
}

const files = new Set(['docs/safety.md', 'docs/images/a.png', 'manifests/rbac.yaml']);

it.each([
  ['README.md', '[Safety](docs/safety.md#the-guard)', '[Safety](docs/safety.md#the-guard)'],
  [
    'docs/safety.md',
    '[rights](../manifests/rbac.yaml), [top](#top)',
    '[rights](../manifests/rbac.yaml), [top](#top)',
  ],
  ['docs/safety.md', 'see [`guard.ts`](../agent/safety/guard.ts), please', 'see `guard.ts`, please'],
  ['README.md', '[a](agent/a.ts) and [the [b]](https://b.test/x)', 'a and [the [b]](https://b.test/x)'],
  ['README.md', '![A](docs/images/a.png) ![B](docs/images/b.png)', '![A](docs/images/a.png) '],
])('in %s, where not every file is there, %s becomes %s', (page, text, expected) => {
  expect(relink(text, { page, files })).toBe(expected);
});

it('links lead to the same files from another place', () => {
  const text = '[s](docs/safety.md#x) [r](manifests/rbac.yaml) ![a](docs/images/a.png) [c](agent/a.ts)';
  expect(relink(text, { page: 'README.md', as: 'docs/README.md', files })).toBe(
    '[s](safety.md#x) [r](../manifests/rbac.yaml) ![a](images/a.png) c',
  );
});
