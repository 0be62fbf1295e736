/**
 * A small agent for the tests beside it, which kill it: as fast as it can it takes over an HPA, scales its Deployment a
 * few times and hands back, over the transactions and the keeper of the real one. First it hands back what an earlier
 * one has left. Started with `keeper` it is the keeper of such an agent.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { runKeeperCommand } from '../../agent/cli/keeperCommand';
import { clusterClock } from '../../agent/clock';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { reduceHpa, type ScalerRecord } from '../../agent/cluster/model/autoscaler';
import { openJournal } from '../../agent/journal/journal';
import { isCoxswainError, type JournalEvent } from '../../agent/protocol';
import type { ReversibleChange } from '../../agent/safety/change';
import { autoscalerAddress } from '../../agent/safety/handover/address';
import { handBackChange, takeOverChange } from '../../agent/safety/handover/changes';
import { startKeeper } from '../../agent/safety/keeper/keeper';
import { runTransaction } from '../../agent/safety/transaction';
import { ClusterWriter } from '../../agent/safety/writer';

const [, script = '', task = '', ...rest] = process.argv;
if (task === 'keeper') await runKeeperCommand(keeperOptions(rest));
else await steer(rest);

async function steer([
  kubeconfigPath = '',
  directory = '',
  holdFor = '',
  beatMs = '15000',
]: readonly string[]): Promise<void> {
  const server = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
  const clock = clusterClock(server.clock);
  const journalDirectory = `${directory}/journal`;
  const journal = await openSoon(journalDirectory);
  const writer = new ClusterWriter(server);
  const agentId = randomUUID();
  const address = autoscalerAddress({ kind: 'hpa', name: 'frontend' }, 'web');
  const say = (line: string) => writeSync(1, `${line}\n`);
  const keeper = startKeeper({
    program: [process.execPath, '--disable-warning=ExperimentalWarning', script],
    kubeconfigPath,
    context: server.context,
    stateDirectory: directory,
    journalDirectory,
    agentId,
    beatMs: Number(beatMs),
    onLost: (why) => say(`lost ${why}`),
  });
  const record = (event: JournalEvent) => void journal.append(event);
  const look = async (): Promise<ScalerRecord> => reduceHpa(await writer.read(address));
  const make = async (change: ReversibleChange): Promise<boolean> => {
    const request = {
      id: randomUUID(),
      workloadId: 'web/Deployment/frontend',
      proposalId: null,
      action: null,
    };
    const ports = { writer, record, objection: () => null };
    return (await runTransaction({ ...request, change }, ports)).result === 'done';
  };
  const handBack = async (): Promise<boolean> => {
    const { autoscaler } = await look();
    const change = handBackChange(autoscaler, 'web');
    return change === null || make(change);
  };

  while (!(await handBack()));
  say('ready');
  for (;;) {
    await keeper.hold({ kind: 'autoscaler', resource: address });
    say('held');
    const stamp = { by: 'auto', atMs: clock.nowMs(), agent: agentId, netUtilisation: 0.9 };
    const isTaken = await make(takeOverChange((await look()).autoscaler, 'web', stamp));
    say(isTaken ? 'taken' : 'not taken');
    for (let replicas = 3; isTaken && replicas < 7; replicas += 1) {
      await make(scaleTo(replicas));
      say(`scaled ${replicas}`);
    }
    // A write of the HPA's own may have come between.
    if (isTaken && holdFor === 'ever') await delay(3_600_000);
    while (!(await handBack()));
    keeper.release({ kind: 'autoscaler', resource: address });
    say('handed back');
  }

  function scaleTo(replicas: number): ReversibleChange {
    const resource = { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'web', name: 'frontend' };
    return {
      description: `scale to ${replicas}`,
      write: {
        verb: 'json-patch',
        resource,
        subresource: 'scale',
        operations: [{ op: 'replace', path: '/spec/replicas', value: replicas }],
      },
      inverse: { kind: 'none', why: 'the HPA scales it again' },
    };
  }

  /** The keeper of the one before may have it for a moment. */
  async function openSoon(path: string) {
    for (;;) {
      try {
        return openJournal({ directory: path, clock });
      } catch (error) {
        if (!isCoxswainError(error) || error.code !== 'journal-locked') throw error;
        await delay(20);
      }
    }
  }
}

function keeperOptions(args: readonly string[]) {
  const option = (name: string) => args[args.indexOf(name) + 1] ?? '';
  return {
    kubeconfig: option('--kubeconfig'),
    context: option('--context'),
    agent: option('--agent'),
    stateDir: option('--state-dir'),
    journal: option('--journal'),
  };
}
