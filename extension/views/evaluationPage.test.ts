import { expect, it } from 'vitest';
import { evaluationPage } from './evaluationPage';

it('puts the policy first in the head, whatever stood before it', () => {
  const page = evaluationPage(
    '<!doctype html><script>1</script><html><head class="a"><title>x</title></head><body>y',
  );
  expect(page).toMatch(
    /^<!doctype html><html lang="en"><head class="a"><meta http-equiv="Content-Security-Policy"/,
  );
  expect(page).toContain('<title>x</title></head><body>y');
  expect(page).not.toContain('<script>');
});

it('makes a page of what has no head', () => {
  expect(evaluationPage('<h1>x</h1>')).toMatch(
    /<head><meta [^>]*default-src 'none'[^>]*><\/head><body><h1>x/,
  );
});

it('lets the page load and run nothing', () => {
  expect(evaluationPage('<head>')).not.toMatch(/script-src|connect-src|https?:/);
});
