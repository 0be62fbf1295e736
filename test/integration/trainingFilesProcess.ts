import { join } from 'node:path';
import { isCoxswainError } from '../../agent/protocol';
import { samplePolicy } from '../../agent/rl/policy/testing/samplePolicies';
import { readCheckpoint, writeCheckpoint } from '../../agent/training/checkpoint';
import { ModelStore } from '../../agent/training/modelStore';
import { createRunFolder } from '../../agent/training/runFolder';

/** A process of the tests of the store and of checkpoints; it prints a line for each thing that it has done. */
const [what, folder = '', count = '0'] = process.argv.slice(2);

switch (what) {
  case 'add':
    add(Number(count));
    break;
  case 'hold':
    createRunFolder(folder, {});
    console.log('holds');
    setInterval(() => {}, 1000);
    break;
  case 'checkpoints':
    for (let step = Number(count); ; step++) {
      writeCheckpoint(join(folder, 'checkpoint.bin'), checkpointOf(step, 200_000));
      console.log(step);
    }
  case 'grow':
    grow();
    break;
  default:
    throw new Error(`unknown: ${what}`);
}

/** Adds policies, and promotes each. */
function add(policies: number): void {
  const store = new ModelStore(folder, Date.now);
  for (let index = 0; index < policies; index++) {
    const version = store.add('scale', samplePolicy('gaussian'));
    store.promote('scale', version);
    console.log(version);
  }
}

/** Checkpoints that grow until there is no room. */
function grow(): void {
  const path = join(folder, 'checkpoint.bin');
  for (let step = 1; step < 1000; step++) {
    try {
      writeCheckpoint(path, checkpointOf(step, step * 4000));
      console.log('written', step);
    } catch (error) {
      if (!isCoxswainError(error)) throw error;
      console.log(error.code, JSON.stringify(readCheckpoint(path).values));
      return;
    }
  }
}

function checkpointOf(step: number, length: number) {
  return { values: { step }, arrays: { parameters: new Float32Array(length).fill(step) } };
}
