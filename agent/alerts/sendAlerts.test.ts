import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpEar } from '../../test/support/httpEar';
import { ConfigSchema } from '../config/schema';
import type { Alert, AlertReceiver } from './alert';
import { type AlertPorts, sendAlerts } from './sendAlerts';

const SECRET = 'T0000000/B11111111/verysecretpart';
const ALERT: Alert = {
  on: 'rolled-back',
  release: { namespace: 'shop', kind: 'Deployment', name: 'checkout' },
  text: 'harm is certain: 12 of 300 requests <failed> & more',
};

let ear: HttpEar;
let waitedMs: number[];
let ports: AlertPorts;

beforeEach(async () => {
  ear = await HttpEar.open();
  waitedMs = [];
  ports = {
    secrets: {
      environment: (name) => (name === 'SLACK_URL' ? `${ear.url}/services/${SECRET}\n` : undefined),
      kubernetesSecret: async (namespace, name, key) =>
        [namespace, name, key].join() === 'ops,alerts,address' ? `${ear.url}/secret/${SECRET}` : null,
      editorSecret: async (name) => (name === 'mine' ? `${ear.url}/editor/${SECRET}` : null),
    },
    fetch,
    nowMs: () => Date.UTC(2030, 0, 1),
    async sleep(ms) {
      waitedMs.push(ms);
    },
  };
});
afterEach(() => ear.close());

function receivers(...given: Record<string, unknown>[]): AlertReceiver[] {
  return ConfigSchema.parse({ canary: { alerts: given } }).canary.alerts;
}
const send = (given: readonly AlertReceiver[], alert = ALERT) =>
  sendAlerts(alert, given, ports, new AbortController().signal);

describe('alerts', () => {
  it('reach each receiver in its own format, wherever its address is kept', async () => {
    const results = await send(
      receivers(
        { type: 'slack', urlFrom: 'env:SLACK_URL' },
        { type: 'teams', urlFrom: 'secret:ops/alerts' },
        { type: 'webhook', urlFrom: 'vscode:mine' },
        { type: 'webhook', url: `${ear.url}/open` },
      ),
    );
    expect(results.map(({ problem }) => problem)).toEqual([null, null, null, null]);
    const told = new Map(ear.heard.map(({ path, body }) => [path.split('/')[1], JSON.parse(body)]));
    expect(told.get('services')).toMatchObject({
      text: 'Release rolled back: shop/Deployment/checkout',
      attachments: [{ color: 'danger', text: expect.stringContaining('&lt;failed&gt; &amp; more') }],
    });
    expect(told.get('secret')).toMatchObject({
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } },
      ],
    });
    expect(told.get('editor')).toEqual({
      source: 'coxswain',
      event: 'rolled-back',
      title: 'Release rolled back',
      release: ALERT.release,
      text: ALERT.text,
      at: '2030-01-01T00:00:00.000Z',
    });
    expect(told.has('open')).toBe(true);
  });

  it('are sent only to who wants to know of it', async () => {
    const given = receivers(
      { type: 'webhook', url: ear.url, on: ['promoted'] },
      { type: 'webhook', url: ear.url },
    );
    expect(await send(given)).toHaveLength(1);
    expect(await send(given, { ...ALERT, on: 'started' })).toEqual([]);
  });

  it('are tried a second time after what may pass, and no third time', async () => {
    const statuses = [503, 200];
    ear.answer = (_, response) => response.writeHead(statuses.shift() ?? 500).end();
    const given = receivers({ type: 'webhook', url: ear.url });
    expect(await send(given)).toMatchObject([{ problem: null }]);
    expect(await send(given)).toMatchObject([{ problem: 'HTTP 500' }]);
    expect(ear.heard).toHaveLength(4);
    expect(waitedMs).toEqual([2000, 2000]);
    ear.answer = (_, response) => response.writeHead(404).end('no_team');
    expect(await send(given)).toMatchObject([{ problem: 'HTTP 404: no_team' }]);
    expect(ear.heard).toHaveLength(5);
  });

  it('follow nobody elsewhere', async () => {
    ear.answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    const [result] = await send(receivers({ type: 'slack', urlFrom: 'env:SLACK_URL' }));
    expect(result?.problem).toMatch(/redirect/);
    expect(ear.heard.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('never show a secret address, whatever goes wrong', async () => {
    const slack = receivers({ type: 'slack', urlFrom: 'env:SLACK_URL' });
    const shown: string[] = [];
    const keep = async () => shown.push(JSON.stringify(await send(slack)));
    ear.answer = ({ path }, response) => response.writeHead(403).end(`no such hook: ${path}`);
    await keep();
    ear.answer = (_, response) => response.destroy();
    await keep();
    ports.fetch = async () => {
      throw new TypeError(`cannot fetch ${ear.url}/services/${SECRET}`);
    };
    await keep();
    ports.secrets.environment = () => `ftp://${SECRET}`;
    await keep();
    ports.secrets.environment = () => `${ear.url.replace('//', '//someuser:somepassword@')}/x`;
    ports.fetch = fetch;
    await keep();
    expect(shown).toHaveLength(5);
    for (const text of shown) {
      expect(text).toContain('slack (environment variable SLACK_URL)');
      for (const part of [...SECRET.split('/'), 'somepassword']) expect(text).not.toContain(part);
    }
  });

  it.each([
    [{ type: 'slack', urlFrom: 'env:NOT_SET' }, 'nothing is stored in environment variable NOT_SET'],
    [
      { type: 'slack', urlFrom: 'secret:ops/other/key' },
      'nothing is stored in Kubernetes Secret ops/other/key',
    ],
    [{ type: 'slack', urlFrom: 'vscode:other' }, 'nothing is stored in VS Code’s secret storage, other'],
    [{ type: 'slack' }, 'it has neither url nor urlFrom'],
  ])('say which address is missing: %j', async (receiver, problem) => {
    expect(await send(receivers(receiver))).toMatchObject([{ problem }]);
  });

  it('end when the agent does', async () => {
    const controller = new AbortController();
    ear.answer = () => controller.abort();
    const given = receivers({ type: 'webhook', url: ear.url });
    expect(await sendAlerts(ALERT, given, ports, controller.signal)).toMatchObject([
      { problem: 'the agent stops' },
    ]);
  });
});
