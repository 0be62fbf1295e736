import { DetectionShop } from './detectionShop';
import { compared, type Row } from './row';
import { median, percentile } from './statistics';

/** Of each workload, by what shows the faults. */
const ROUNDS = { metrics: 8, api: 3 };
const SCRAPE_MS = 5000;
const API_LIMIT_MS = 2000;
const METRICS_LIMIT_SCRAPES = 2;
const WANTED_SHARE = 0.95;
const QUIET_MS = 240_000;
/** Cluster time for the memory to fill and the container to die, and for a workload to be calm again. */
const PATIENCE_MS = 60_000;

/** Faults that leave every pod ready: only latencies and errors tell. */
const METRIC_FAULTS = [
  { plural: 'networkchaos', kind: 'NetworkChaos', spec: { action: 'delay', delay: { latency: '600ms' } } },
  { plural: 'networkchaos', kind: 'NetworkChaos', spec: { action: 'loss', loss: { loss: '40' } } },
  { plural: 'stresschaos', kind: 'StressChaos', spec: { stressors: { cpu: { workers: 4, load: 100 } } } },
] as const;

const OUT_OF_MEMORY = { stressors: { memory: { workers: 1, size: '120%' } } };

/**
 * How long a fault takes to reach the guard's verdict on what is to be done: one that the API shows from the watch
 * showing it on, one that only metrics show from its injection, and from the first scrape after that, on.
 */
export async function run(): Promise<Row[]> {
  const shop = await DetectionShop.open(1);
  try {
    await shop.sleep(90_000);
    const alarms = await falseAlarms(shop);
    const seen = await all(shop, ROUNDS.metrics, (id, round) => seenInMetrics(shop, id, round));
    const shown = await all(shop, ROUNDS.api, (id) => shownByApi(shop, id));
    return [...metricRows(seen), ...apiRows(shown), ...alarms];
  } finally {
    await shop.close();
  }
}

interface Detection {
  /** Cluster ms; infinite where there was no verdict. */
  fromFaultMs: number;
  fromScrapeMs: number;
}

async function seenInMetrics(shop: DetectionShop, id: string, round: number): Promise<Detection> {
  await calm(shop, id);
  await shop.sleep(Math.random() * 2 * SCRAPE_MS);
  const fault = METRIC_FAULTS[round % METRIC_FAULTS.length] ?? METRIC_FAULTS[0];
  const verdict = shop.nextRow(
    ({ event }) => event.kind === 'verdict' && event.workloadId === id,
    PATIENCE_MS,
  );
  const end = await shop.inject(fault.plural, fault.kind, id, fault.spec);
  const injectedAtMs = shop.nowMs();
  const scrapedAtMs = (await shop.lastScrapeMs(id)) + SCRAPE_MS;
  const atMs = (await verdict)?.atMs ?? Number.POSITIVE_INFINITY;
  await end();
  return { fromFaultMs: atMs - injectedAtMs, fromScrapeMs: atMs - scrapedAtMs };
}

/** From the watch showing that a container cannot stay up: its first death is the kubelet's to mend. */
async function shownByApi(shop: DetectionShop, id: string): Promise<number> {
  await calm(shop, id);
  const verdict = shop.nextRow(
    ({ event }) => event.kind === 'verdict' && event.workloadId === id,
    2 * PATIENCE_MS,
  );
  const end = await shop.inject('stresschaos', 'StressChaos', id, OUT_OF_MEMORY);
  await shop.until(() =>
    shop.workload(id).pods.some(({ waitingReason }) => waitingReason === 'CrashLoopBackOff'),
  );
  const shownAtMs = shop.nowMs();
  const atMs = (await verdict)?.atMs ?? Number.POSITIVE_INFINITY;
  await end();
  return atMs - shownAtMs;
}

/** All pods ready for a while, and no incident. */
async function calm(shop: DetectionShop, id: string): Promise<void> {
  for (;;) {
    await shop.until(() => shop.workload(id).readyReplicas === shop.workload(id).desiredReplicas);
    const quiet = await shop.nextRow(({ event }) => 'workloadId' in event && event.workloadId === id, 45_000);
    const isReady = shop.workload(id).readyReplicas === shop.workload(id).desiredReplicas;
    if (quiet === null && isReady) return;
  }
}

/** Every workload by itself, round after round. */
async function all<T>(
  shop: DetectionShop,
  rounds: number,
  measure: (id: string, round: number) => Promise<T>,
): Promise<T[]> {
  const byWorkload = await Promise.all(
    shop.ids.map(async (id, index) => {
      const measured: T[] = [];
      for (let round = 0; round < rounds; round += 1) measured.push(await measure(id, round + index));
      return measured;
    }),
  );
  return byWorkload.flat();
}

async function falseAlarms(shop: DetectionShop): Promise<Row[]> {
  const before = shop.rows.length;
  await shop.sleep(QUIET_MS);
  const verdicts = shop.rows.slice(before).filter(({ event }) => event.kind === 'verdict').length;
  const minutes = (QUIET_MS / 60_000) * shop.ids.length;
  return [
    compared(`actions wished for in ${minutes} min without a fault`, verdicts, 'actions', {
      name: 'at most',
      value: 0,
    }),
  ];
}

function metricRows(detections: readonly Detection[]): Row[] {
  const inScrapes = (read: (detection: Detection) => number) =>
    detections.map((detection) => read(detection) / SCRAPE_MS);
  const fromFault = inScrapes(({ fromFaultMs }) => fromFaultMs);
  const fromScrape = inScrapes(({ fromScrapeMs }) => fromScrapeMs);
  const within = fromFault.filter((scrapes) => scrapes <= METRICS_LIMIT_SCRAPES).length / fromFault.length;
  const limit = { name: 'at most', value: METRICS_LIMIT_SCRAPES };
  const of = `of ${detections.length} faults that only metrics show`;
  return [
    compared(`share within ${METRICS_LIMIT_SCRAPES} scrapes of the fault, ${of}`, within, '', {
      name: 'at least',
      value: WANTED_SHARE,
    }),
    compared(`fault to verdict (median ${of})`, median(fromFault), 'scrapes', limit),
    compared('fault to verdict (95th percentile)', percentile(fromFault, WANTED_SHARE), 'scrapes', limit),
    compared('fault to verdict (worst)', Math.max(...fromFault), 'scrapes', limit),
    compared(
      'first scrape to verdict (95th percentile)',
      percentile(fromScrape, WANTED_SHARE),
      'scrapes',
      limit,
    ),
  ];
}

function apiRows(latenciesMs: readonly number[]): Row[] {
  const limit = { name: 'at most', value: API_LIMIT_MS };
  const of = `of ${latenciesMs.length}`;
  return [
    compared(`watch event to verdict (median ${of})`, median(latenciesMs), 'ms', limit),
    compared(`watch event to verdict (worst ${of})`, Math.max(...latenciesMs), 'ms', limit),
  ];
}
