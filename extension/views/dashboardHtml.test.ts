import { expect, test } from 'vitest';
import { dashboardHtml } from './dashboardHtml';

const html = dashboardHtml({
  scriptUri: 'https://host/dist/webview.js',
  styleUri: 'https://host/dist/webview.css',
  cspSource: 'https://host',
  nonce: 'bm9uY2U=',
});
const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1];

test('scripts run only with the nonce, and nothing may be fetched', () => {
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'nonce-bm9uY2U=';");
  expect(policy).not.toContain('connect-src');
  expect(policy).not.toContain('unsafe-eval');
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('<script nonce="bm9uY2U=" src="https://host/dist/webview.js">');
});

test('the page tells the dashboard that it talks through VS Code', () => {
  expect(html).toContain('<div id="app" data-transport="vscode"></div>');
});
