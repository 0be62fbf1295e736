import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { loadKubeconfig, resolveContext } from '../../agent/cluster/kubeconfig';
import type { EmbeddedCluster } from '../../agent/embedded/cluster';
import { METRICS } from '../../agent/metrics/exporter/metrics';
import type { JournalRow } from '../../agent/protocol';
import type { RestService } from '../../agent/rest/service';
import type { Agent } from '../../agent/server/agent';
import { type RestShop, startRestShop } from '../support/restShop';
import { findPrometheus, PrometheusProcess, runPromtool } from './monitoringPrometheus';

const MANIFESTS = join(import.meta.dirname, '../../manifests');
const read = (path: string) => readFileSync(join(MANIFESTS, path), 'utf8');
const CHECKOUT = 'shop/Deployment/checkout';
const WAIT_MS = 45_000;

const Target = z.object({ expr: z.string(), legendFormat: z.string(), instant: z.boolean().optional() });
const Dashboard = z.object({
  annotations: z.object({ list: z.array(z.object({ name: z.string(), expr: z.string() })) }),
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string().optional() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      description: z.string().optional(),
      datasource: z.object({ uid: z.string() }).optional(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(Target).default([]),
    }),
  ),
});
const RuleFile = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const ScrapeConfig = z.looseObject({ job_name: z.string(), authorization: z.looseObject({}) });

const dashboard = Dashboard.parse(JSON.parse(read('grafana/coxswain.json')));
const rules = RuleFile.parse(parse(read('prometheus/rules.yaml'))).groups.flatMap((group) => group.rules);
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const targets = panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));

/** What is shown or told only of something that does not happen in this test, and why it does not. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  'Unusual observation': 'a rule steers here; only a learned policy can tell how unusual an observation is',
};
const METRICS_WITHOUT_DATA: Readonly<Record<string, string>> = {
  coxswain_out_of_distribution: WITHOUT_DATA['Unusual observation'] ?? '',
  coxswain_release_evidence_log10: 'nothing is released here',
};

/** Ours among the metrics that a query names. */
function metricsIn(expr: string): string[] {
  return [...new Set(expr.match(/\b(?:coxswain_\w+|up)\b/g))].filter((name) => name !== 'coxswain_pods');
}

/** The examples of docs/monitoring.md. */
function documentedQueries(): { question: string; expr: string }[] {
  const page = readFileSync(join(MANIFESTS, '../docs/monitoring.md'), 'utf8');
  const [, table = ''] = page.split('| question | PromQL |');
  return [...table.matchAll(/^\| ([^|]+) \| `(.+)` \|$/gm)].map(([, question = '', expr = '']) => ({
    question,
    expr: expr.replaceAll('\\|', '|'),
  }));
}

describe('the Grafana dashboard', () => {
  it('asks only for metrics of ours that there are', () => {
    const known = Object.entries(METRICS).flatMap(([name, { type }]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    );
    const queries = [...targets, ...dashboard.annotations.list, ...rules].map(({ expr }) => expr);
    const asked = queries.flatMap(metricsIn).filter((name) => name !== 'up');
    expect(new Set(asked).size).toBeGreaterThan(15);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has panels that say what they show, from the data source that is chosen, one beside the other', () => {
    expect(panels.length).toBeGreaterThan(25);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(
      panels.filter(({ description, datasource }) => !description || datasource?.uid !== '$datasource'),
    ).toEqual([]);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it('uses no variable that it does not have', () => {
    const known = [...dashboard.templating.list.map(({ name }) => name), '__rate_interval', '__range'];
    const used = targets.flatMap(({ expr }) =>
      [...expr.matchAll(/\$([a-z_]\w*)/g)].map(([, name = '']) => name),
    );
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
  });
});

const found = findPrometheus();
if ('missing' in found) console.warn(`Not checked against a real Prometheus: ${found.missing}`);

describe.skipIf('missing' in found)('against a real Prometheus', () => {
  if ('missing' in found) return;
  const { prometheus, promtool } = found;
  let shop: RestShop;
  let directory: string;
  let cluster: EmbeddedCluster;
  let agent: Agent;
  let rest: RestService;
  let server: PrometheusProcess;
  let startedSeconds: number;
  let rows: JournalRow[];

  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: WAIT_MS, interval: 100 });
  const kinds = () => rows.map(({ event }) => event.kind);

  beforeAll(async () => {
    shop = await startRestShop();
    ({ directory, cluster, agent, rest, rows } = shop);
    startedSeconds = Date.now() / 1000;
    server = await PrometheusProcess.start(prometheus, directory, testConfig());
    await until(async () => expect(await server.instant('up == 1')).toHaveLength(2));
    await agent.handle('connect', { kubeconfig: cluster.kubeconfigPath }, 'test');
    await recoverFromFault();
    await until(async () => {
      expect(await value('sum(coxswain_recovery_seconds_count)')).toBeGreaterThan(0);
      expect(await value('sum(coxswain_actions_total{outcome="recovered"})')).toBeGreaterThan(0);
      expect(await value('sum(coxswain_chaos_runs_total)')).toBeGreaterThan(0);
    });
  }, 90_000);
  afterAll(async () => {
    await server?.stop();
    await shop?.close();
  });

  /** The example of the manifests, with the addresses of this test and an interval that it can wait for. */
  function testConfig() {
    const { cluster: named, user } = resolveContext(loadKubeconfig({ path: cluster.kubeconfigPath }));
    writeFileSync(join(directory, 'cluster-token'), user.user.token ?? '');
    const ca = named.cluster['certificate-authority-data'] ?? '';
    writeFileSync(join(directory, 'ca.pem'), Buffer.from(ca, 'base64'));
    const example = z
      .looseObject({ scrape_configs: z.array(ScrapeConfig) })
      .parse(parse(read('prometheus/prometheus.yaml')));
    const ours: Record<string, { token: string; url: string; more: object }> = {
      coxswain: { token: 'rest-token', url: rest.url, more: {} },
      'embedded-cluster': {
        token: 'cluster-token',
        url: cluster.url,
        more: { tls_config: { ca_file: join(directory, 'ca.pem') } },
      },
    };
    return {
      ...example,
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(MANIFESTS, 'prometheus/rules.yaml')],
      scrape_configs: example.scrape_configs.map((scrape) => {
        const here = ours[scrape.job_name];
        if (!here) throw new Error(`the test does not know ${scrape.job_name}`);
        const authorization = { ...scrape.authorization, credentials_file: join(directory, here.token) };
        return {
          ...scrape,
          authorization,
          static_configs: [{ targets: [new URL(here.url).host] }],
          ...here.more,
        };
      }),
    };
  }

  const latestRun = () => agent.snapshot().runs.at(-1);

  async function recoverFromFault(): Promise<void> {
    const checkout = () => agent.snapshot().workloads.find(({ id }) => id === CHECKOUT);
    await until(() => expect(checkout()?.health).toBe('healthy'));
    // Where the steady state is not there yet it ends at once.
    await until(async () => {
      const { status } = await call('POST', '/chaos/runs', { name: 'cpu-stress', workloadId: CHECKOUT });
      expect(status).toBe(202);
      await until(() => expect(latestRun()?.injectedAtMs ?? latestRun()?.verdict).toBeTruthy());
      expect(latestRun()?.injectedAtMs).not.toBeNull();
    });
    const ends = ['outcome', 'incident-closed', 'experiment-finished'];
    await until(() => expect(kinds()).toEqual(expect.arrayContaining(ends)));
  }

  async function call(method: string, path: string, body: unknown = {}) {
    const token = readFileSync(join(directory, 'rest-token'), 'utf8').trim();
    const response = await fetch(rest.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  async function value(query: string): Promise<number | undefined> {
    const [sample] = await server.instant(query);
    return sample && Number(sample.value[1]);
  }

  /** As Grafana fills them in, for a dashboard of the time since the test began. */
  function filled(expr: string): string {
    const seconds = Math.ceil(Date.now() / 1000 - startedSeconds);
    return expr
      .replaceAll('$__rate_interval', '5s')
      .replaceAll('$__range', `${seconds}s`)
      .replaceAll('$namespace', 'shop')
      .replaceAll('$workload', '.*');
  }

  /** How many samples a query gives that are numbers. */
  async function countSamples({
    expr,
    instant,
  }: {
    expr: string;
    instant?: boolean | undefined;
  }): Promise<number> {
    if (instant) return (await server.instant(filled(expr))).filter(({ value }) => value[1] !== 'NaN').length;
    // With a step after the latest sample.
    const series = await server.range(filled(expr), startedSeconds, Date.now() / 1000 + 1);
    return series.flatMap(({ values }) => values).filter(([, number]) => number !== 'NaN').length;
  }

  it('every target of the example can be scraped', async () => {
    const up = await server.instant('up');
    expect(up.map(({ metric, value }) => [metric.job, value[1]]).sort()).toEqual([
      ['coxswain', '1'],
      ['embedded-cluster', '1'],
    ]);
  });

  it.each(targets)('the panel "$title" has data for $legendFormat', async ({ title, ...target }) => {
    const samples = await countSamples(target);
    if (WITHOUT_DATA[title]) expect(samples, WITHOUT_DATA[title]).toBe(0);
    else expect(samples).toBeGreaterThan(0);
  });

  it('there is a reason for every panel without data, and only for those', () => {
    expect(
      Object.keys(WITHOUT_DATA).filter((title) => !panels.some((panel) => panel.title === title)),
    ).toEqual([]);
  });

  it('the variables offer the workloads of the cluster', async () => {
    const queries = dashboard.templating.list.flatMap(({ name, definition }) =>
      definition ? [{ name, definition }] : [],
    );
    expect(queries.map(({ name }) => name)).toEqual(['namespace', 'workload']);
    const offered = await Promise.all(
      queries.map(({ definition }) => {
        const [, match = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(filled(definition)) ?? [];
        return server.labelValues(label, match);
      }),
    );
    expect(offered).toEqual([['shop'], ['cart', 'catalog', 'checkout']]);
  });

  it.each(rules)('the alert $alert asks for metrics that are there, and is silent', async ({ expr }) => {
    expect(await server.instant(expr)).toEqual([]);
    for (const name of metricsIn(expr)) {
      const series = await server.instant(`count(${name})`);
      if (METRICS_WITHOUT_DATA[name]) expect(series, METRICS_WITHOUT_DATA[name]).toEqual([]);
      else expect(series, name).toHaveLength(1);
    }
  });

  it.each(documentedQueries())('the query for "$question" has an answer', async ({ question, expr }) => {
    const isWithout = metricsIn(expr).some((name) => METRICS_WITHOUT_DATA[name]);
    const answers = question.endsWith('by workload') ? agent.snapshot().workloads.length : 1;
    expect(await countSamples({ expr, instant: true })).toBe(isWithout ? 0 : answers);
  });

  it('every rule is loaded and can be evaluated', async () => {
    const loaded = await server.rules();
    expect(loaded.map(({ name }) => name)).toEqual(rules.map(({ alert }) => alert));
    expect(loaded.filter(({ lastError }) => lastError)).toEqual([]);
  });

  it('the metrics are as promtool wants them', async () => {
    const { text } = await call('GET', '/metrics');
    const said = () => runPromtool(promtool, ['check', 'metrics'], directory, text);
    expect(said).not.toThrow();
  });

  it('rules and configuration are as promtool wants them, and the alerts fire when they should', () => {
    const folder = join(MANIFESTS, 'prometheus');
    expect(runPromtool(promtool, ['check', 'rules', 'rules.yaml'], folder)).toContain(
      `${rules.length} rules found`,
    );
    expect(runPromtool(promtool, ['check', 'config', '--syntax-only', 'prometheus.yaml'], folder)).toContain(
      'SUCCESS',
    );
    expect(runPromtool(promtool, ['check', 'config', 'prometheus.yaml'], directory)).toContain('SUCCESS');
    expect(runPromtool(promtool, ['test', 'rules', 'rules.test.yaml'], folder)).toContain('SUCCESS');
    expect(runPromtool(promtool, ['check', 'rules', 'canary.rules.yaml'], folder)).toContain('SUCCESS');
    expect(runPromtool(promtool, ['test', 'rules', 'canary.rules.test.yaml'], folder)).toContain('SUCCESS');
  });

  it('so is the example for a cluster, but for the discovery of pods, which Debian leaves out', () => {
    const example = z
      .strictObject({
        scrape_configs: z.tuple([ScrapeConfig.extend({ kubernetes_sd_configs: z.array(z.unknown()) })]),
      })
      .parse(parse(read('prometheus/in-cluster.yaml')));
    const [{ kubernetes_sd_configs: discovery, ...scrape }] = example.scrape_configs;
    expect(discovery).toEqual([{ role: 'pod', namespaces: { names: ['coxswain'] } }]);
    const path = join(directory, 'in-cluster.yaml');
    writeFileSync(path, stringify({ scrape_configs: [scrape] }));
    expect(runPromtool(promtool, ['check', 'config', '--syntax-only', path], directory)).toContain('SUCCESS');
  });

  it('an emergency stop by REST is seen as one', async () => {
    expect((await call('POST', '/emergency-stop')).status).toBe(200);
    const rule = rules.find(({ alert }) => alert === 'EmergencyStopActive');
    const note = dashboard.annotations.list.find(({ name }) => name === 'Emergency stop');
    await until(async () => {
      expect(await server.instant(rule?.expr ?? '')).toHaveLength(1);
      expect(await server.instant(note?.expr ?? '')).toHaveLength(1);
    });
  });

  it.each(dashboard.annotations.list)(
    'the annotation "$name" marks what has happened',
    async (annotation) => {
      expect(await countSamples(annotation)).toBeGreaterThan(0);
    },
  );
});
