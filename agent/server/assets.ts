import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** The folder that holds the built dashboard. */
export interface Assets {
  directory: string;
}

const FILES: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/webview.js': { file: 'webview.js', type: 'text/javascript; charset=utf-8' },
  '/webview.css': { file: 'webview.css', type: 'text/css; charset=utf-8' },
};

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
} as const;

/** Answers a GET for one of the dashboard's three files; it holds no secret, so it needs no token. */
export function serveAsset(assets: Assets, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0] ?? '';
  const asset = request.method === 'GET' ? FILES[path] : undefined;
  if (!asset) {
    response.writeHead(404, { ...HEADERS, 'Content-Type': 'text/plain' }).end('not found\n');
    return;
  }
  readFile(join(assets.directory, asset.file)).then(
    (content) => response.writeHead(200, { ...HEADERS, 'Content-Type': asset.type }).end(content),
    () =>
      response
        .writeHead(500, { ...HEADERS, 'Content-Type': 'text/plain' })
        .end('The dashboard is not built: run `npm run build`.\n'),
  );
}
