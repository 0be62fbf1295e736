import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { METRICS, type MetricDefinition } from '../../agent/metrics/exporter/metrics';
import { emptySnapshot } from '../../agent/protocol';
import { healthOf } from '../../agent/rest/health';
import { HTTP_STATUS } from '../../agent/rest/httpStatus';
import { openRestService } from '../../agent/rest/service';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const RuleFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          labels: z.object({ severity: z.string() }),
          annotations: z.object({ description: z.string() }),
        }),
      ),
    }),
  ),
});

/** The tables of both pages that follow from the code, by the name in their markers. */
const TABLES: Readonly<Record<string, () => string | Promise<string>>> = {
  routes: async () =>
    table(
      ['route', 'what it does'],
      (await operations()).map(({ name, summary }) => [code(name), summary]),
    ),
  statuses: () => table(['status', 'code'], statusRows()),
  metrics: () => table(['metric', 'type', 'labels', 'meaning'], Object.entries(METRICS).map(metricRow)),
  alerts: () => table(['alert', 'severity', 'what it means'], alertRows()),
};

describe('the tables that follow from the code (rewrite them with vitest -u)', () => {
  it.each(['docs/rest.md', 'docs/monitoring.md'])('are right in %s', async (page) => {
    await expect(await withTables(read(page))).toMatchFileSnapshot(join(ROOT, page));
  });

  it('have a place each', () => {
    const pages = read('docs/rest.md') + read('docs/monitoring.md');
    for (const name of Object.keys(TABLES)) expect(pages).toContain(`<!-- table: ${name} -->`);
  });
});

async function withTables(page: string): Promise<string> {
  let filled = page;
  for (const [whole, begin = '', name = '', end = ''] of page.matchAll(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- table end -->)/g,
  )) {
    filled = filled.replace(whole, `${begin}${await TABLES[name]?.()}\n${end}`.replaceAll('$', '$$$$'));
  }
  return filled;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function metricRow([name, { type, labels, help }]: [string, MetricDefinition]): string[] {
  return [code(name), type, labels.map(code).join(', '), help];
}

function statusRows(): string[][] {
  const byStatus = Map.groupBy(Object.entries(HTTP_STATUS), ([, status]) => status);
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => [String(status), codes.map(([name]) => code(name)).join(', ')]);
}

function alertRows(): string[][] {
  const { groups } = RuleFile.parse(parse(read('manifests/prometheus/rules.yaml')));
  return groups.flatMap(({ rules }) =>
    rules.map(({ alert, labels, annotations }) => [code(alert), labels.severity, annotations.description]),
  );
}

/** As a running service describes itself. */
async function operations(): Promise<{ name: string; summary: string }[]> {
  const snapshot = emptySnapshot('0.0.0', 1);
  const service = await openRestService({
    host: '127.0.0.1',
    port: 0,
    token: 'of no use here',
    requestsPerMinute: 10,
    version: '0.0.0',
    backend: {
      handle: () => Promise.reject(new Error('not asked')),
      snapshot: () => snapshot,
      health: () => healthOf(snapshot, 0, 0),
    },
    metrics: {
      contentType: '',
      text: async () => '',
      requestAnswered: () => undefined,
      predicted: () => undefined,
    },
  });
  try {
    const Document = z.object({
      paths: z.record(z.string(), z.record(z.string(), z.object({ summary: z.string() }))),
    });
    const { paths } = Document.parse(await (await fetch(`${service.url}/openapi.json`)).json());
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        summary,
      })),
    );
  } finally {
    await service.close();
  }
}
