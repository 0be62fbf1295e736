import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalReader } from '../../agent/journal/reader';
import type { JournalRow } from '../../agent/protocol';
import { ReversibleChange } from '../../agent/safety/change';
import { keyOf, SlowCluster } from './journalCluster';
import { AgentProcess, bundleAgent } from './journalProcess';

const KILLS = 60;

let folder: string;
let script: string;
let server: string;
const cluster = new SlowCluster(['cart', 'checkout', 'web']);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-kill-'));
  script = await bundleAgent(folder);
  server = await cluster.listen();
});

afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an agent that is killed at any moment', () => {
  it(`loses no acknowledged row and knows what became of its writes, ${KILLS} times`, async () => {
    const directory = join(folder, 'journal');
    const acknowledged = new Map<number, string>();
    const settled = new Map<string, string>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const agent = new AgentProcess(script, 'act', directory, server);
      // Half of them while it starts, or settles, or is not even there; half of them in full swing.
      if (kill % 2 === 0) await agent.spoke();
      await delay(Math.random() * (kill % 2 === 0 ? 300 : 400));
      expect(await agent.kill()).toBe('SIGKILL');
      note(agent.lines, acknowledged, settled);
      if (acknowledged.size > 0) check(directory, acknowledged);
    }
    const last = new AgentProcess(script, 'act', directory, server);
    await last.spoke();
    await last.kill();
    note(last.lines, acknowledged, settled);

    const rows = check(directory, acknowledged);
    const counts = checkTruth(rows, settled);
    expect(acknowledged.size).toBeGreaterThan(KILLS);
    console.info(`${KILLS} kills: ${acknowledged.size} rows acknowledged, none lost;`, counts);
  }, 300_000);
});

function note(
  lines: readonly string[],
  acknowledged: Map<number, string>,
  settled: Map<string, string>,
): void {
  for (const line of lines) {
    const [what, first = '', second = ''] = line.split(' ');
    if (what === 'row') acknowledged.set(Number(first), second);
    if (what === 'settled') settled.set(first, second);
  }
}

/** The chain holds, and has every row that was acknowledged. */
function check(directory: string, acknowledged: ReadonlyMap<number, string>): readonly JournalRow[] {
  const reader = openJournalReader(directory);
  try {
    expect(reader.verify()).toMatchObject({ ok: true });
    const rows = reader.since(0);
    const hashes = new Map(rows.map((row) => [row.seq, row.hash]));
    const lost = [...acknowledged].filter(([seq, hash]) => hashes.get(seq) !== hash);
    expect(lost).toEqual([]);
    return rows;
  } finally {
    reader.close();
  }
}

/**
 * What the journal says of each write is what the cluster did. A write that was not done may be tried again by the
 * next run, but none can be done twice: so of all tries of one write at most one is done.
 */
function checkTruth(rows: readonly JournalRow[], settled: ReadonlyMap<string, string>) {
  const results = new Map<string, string[]>();
  for (const { event } of rows) {
    if (event.kind !== 'result') continue;
    results.set(event.transactionId, [...(results.get(event.transactionId) ?? []), event.result]);
  }
  const intents = rows.flatMap(({ event }) => (event.kind === 'intent' ? [event] : []));
  const tries = Map.groupBy(intents, ({ change }) => keyOf(ReversibleChange.parse(change).write));
  const open = intents.filter(({ transactionId }) => !results.has(transactionId));
  for (const [key, group] of tries) {
    if (group.some((intent) => open.includes(intent))) continue;
    const said = group.map(({ transactionId }) => results.get(transactionId)?.join());
    const wanted = cluster.applied.has(key) ? ['done'] : [];
    expect(
      said.filter((result) => result !== 'not-done'),
      key,
    ).toEqual(wanted);
  }
  // Nothing was ever sent without an intent, and only what the last kill cut off is open.
  expect([...cluster.applied].filter((key) => !tries.has(key))).toEqual([]);
  expect(open.length).toBeLessThanOrEqual(3);
  const found = [...settled.values()];
  const count = (result: string) => found.filter((each) => each === result).length;
  expect(count('done')).toBeGreaterThan(0);
  expect(count('not-done')).toBeGreaterThan(0);
  return {
    writes: cluster.applied.size,
    settled: found.length,
    foundDone: count('done'),
    foundNotDone: count('not-done'),
  };
}
