import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describePage } from './describePage';

const DOCS = new URL('../../docs/', import.meta.url);
const pages = readdirSync(DOCS).filter((name) => name.endsWith('.md'));

it('takes the heading and the first sentence, without their Markdown', () => {
  const page = '# One `page`\n\nWhat **it** is\nabout: see [there](x.md#y). And more.\n\n## Next\n';
  expect(describePage(page)).toEqual({ label: 'One `page`', detail: 'What it is about: see there.' });
});

it.each(pages)('%s can be told from the others by its heading and its first sentence', (name) => {
  const { label, detail } = describePage(readFileSync(new URL(name, DOCS), 'utf8'));
  expect(label).toMatch(/^[A-Z]/);
  expect(detail).toMatch(/^[A-Z].{20,250}[.;:]$/);
});
