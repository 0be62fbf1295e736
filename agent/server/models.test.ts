import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aLearnedHeal } from '../../test/support/learnedHeal';
import { aLearnedScale } from '../../test/support/learnedScale';
import { exampleModel } from '../../test/support/protocolExamples';
import { type Change, CoxswainError, type ErrorInfo, type Mode, type ModelVersion } from '../protocol';
import type { LearnedPace } from '../tasks/canary/pace/learnedPace';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import type { LearnedScale } from '../tasks/scale/live/policies/learnedScale';
import { Models, type Switch } from './models';
import type { Loaded, PolicyShelf } from './policyShelf';

function learned(version: string): LearnedHeal {
  return aLearnedHeal({}, { version });
}

const A_PACE: LearnedPace = {
  ...{ version: 'canary/1', spec: 'canary/30', idleMargin: 0 },
  probabilities: () => [1, 0, 0],
  unusualness: () => null,
};

/** A store in memory that a test, or another process, changes. */
class Shelf implements PolicyShelf {
  readonly broken = new Set<string>();
  /** The shipped version that steers where nobody has promoted anything. */
  byDefault: number | null = null;
  /** By task: what has steered, the present one last. */
  readonly history: Record<ModelVersion['task'], (number | null)[]> = { heal: [], scale: [], canary: [] };

  list(): ModelVersion[] {
    const versions = [1, 2, 3, 4, 100_001].map((version) => this.#model('heal', version));
    return [...versions, this.#model('scale', 1), this.#model('canary', 1)];
  }

  promotions(task: ModelVersion['task']) {
    const byDefault = this.history[task].length === 0 && task === 'heal' ? this.byDefault : null;
    return {
      active: this.history[task].at(-1) ?? byDefault,
      previous: this.history[task].at(-2) ?? null,
    };
  }

  check<Task extends ModelVersion['task']>(task: Task, version: number): Loaded<Task> {
    const name = `${task}/${version}`;
    if (this.broken.has(name)) throw new CoxswainError('model-invalid', `${name} is damaged.`, 'Train anew.');
    const loaded: Record<string, LearnedHeal | LearnedScale | LearnedPace> = {
      heal: learned(name),
      scale: aLearnedScale({}, { version: name }),
      canary: A_PACE,
    };
    return (loaded[task] ?? null) as Loaded<Task>;
  }

  versionNamed(task: ModelVersion['task'], name: string): number {
    if (name === '1' || name === 'shipped-36-ppo') return 1;
    throw new CoxswainError('not-found', `There is no policy ${task}/${name}.`, '');
  }

  /** Version 100001 has come with Coxswain: the store gives its copy the next free one. */
  promote(task: ModelVersion['task'], version: number): number {
    const own = version > 100_000 ? 4 : version;
    this.history[task].push(own);
    return own;
  }

  defaultOf() {
    const steers = this.byDefault === null ? 'runbook' : 'heal-54-ppo';
    return { steers, reason: 'half as many needless actions', version: this.byDefault };
  }

  rollback(task: ModelVersion['task'], { toRule }: { toRule: boolean }): void {
    if (this.history[task].length === 0) throw new CoxswainError('not-found', 'nothing was promoted', '');
    this.history[task].push(toRule ? null : this.promotions(task).previous);
  }

  #model(task: ModelVersion['task'], version: number): ModelVersion {
    const state = this.history[task].at(-1) === version ? 'active' : 'stored';
    return exampleModel({ task, version, state });
  }
}

describe('learned policies', () => {
  let shelf: Shelf;
  let models: Models;
  let isOpened: boolean;
  let hasChanged: boolean;
  let hasShipped: boolean;
  let mode: Mode;
  let switches: Switch[];
  let problems: ErrorInfo[];
  let changes: Change[];
  beforeEach(() => {
    vi.useFakeTimers();
    shelf = new Shelf();
    isOpened = false;
    hasChanged = true;
    hasShipped = false;
    mode = 'approve';
    switches = [];
    problems = [];
    changes = [];
    models = new Models({
      hasChanged: () => hasChanged,
      hasShipped: () => hasShipped,
      steersByDefault: () => shelf.byDefault !== null,
      openShelf: async () => {
        isOpened = true;
        return shelf;
      },
      mode: () => mode,
      rule: (task) => ({ heal: 'runbook 1', scale: 'predictive 1', canary: 'evidence-steps 1' })[task],
      publish: (change) => changes.push(change),
      onSwitch: (event) => switches.push(event),
      onProblem: (error) => problems.push(error),
    });
  });
  afterEach(() => {
    models.close();
    vi.useRealTimers();
  });

  const promote = (version: number, confirmed = false) =>
    models.promote({ task: 'heal', version, confirmed }, 'ada');
  const steering = () => models.learnedHeal?.version ?? null;
  /** What another process has done is seen at the next look. */
  const look = async () => {
    hasChanged = true;
    await vi.advanceTimersByTimeAsync(2000);
  };

  it('are not loaded where there are none', async () => {
    hasChanged = false;
    await models.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isOpened).toBe(false);
    expect(changes).toEqual([]);
  });

  it('that have come with Coxswain are shown a little later, and steer nothing by themselves', async () => {
    hasChanged = false;
    hasShipped = true;
    await models.open();
    expect(isOpened).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(changes).toContainEqual(
      expect.objectContaining({
        kind: 'models',
        task: 'heal',
        defaultSteering: { steers: 'runbook', reason: 'half as many needless actions' },
      }),
    );
    expect(steering()).toBeNull();
    expect(switches).toEqual([]);
  });

  it('that have come with Coxswain steer where it says so, with the reason, until somebody decides', async () => {
    hasChanged = false;
    hasShipped = true;
    shelf.byDefault = 100_001;
    await models.open();
    expect(steering()).toBe('heal/100001');
    expect(switches[0]).toMatchObject({
      to: 'learned heal/100001',
      by: 'Coxswain’s default, heal-54-ppo: half as many needless actions',
    });
    await models.rollback({ task: 'heal', toRule: true }, 'ada').catch(() => undefined);
    await promote(1);
    expect(steering()).toBe('heal/1');
  });

  it('that have come with Coxswain steer as their copies once they are promoted', async () => {
    await models.open();
    const { model, text } = await promote(100_001);
    expect(model.version).toBe(4);
    expect(text).toBe('heal/4 steers healing from now on, in place of runbook 1.');
    expect(steering()).toBe('heal/4');
  });

  it('are shown by task from the start on, and again only when they change', async () => {
    await models.open();
    await look();
    expect(changes.map((change) => change.kind === 'models' && change.task)).toEqual([
      'heal',
      'scale',
      'canary',
    ]);
    await promote(2);
    expect(changes.at(-1)).toMatchObject({ task: 'heal', models: { length: 5 } });
    expect(changes).toHaveLength(4);
  });

  it('steer once they are promoted, and give way to the one before and to the rule', async () => {
    await models.open();
    expect(await promote(1)).toMatchObject({
      model: { version: 1, state: 'active' },
      text: 'heal/1 steers healing from now on, in place of runbook 1.',
    });
    expect(await models.rollback({ task: 'heal' }, 'ada')).toEqual({
      model: null,
      text: 'runbook 1 steers healing from now on, in place of learned heal/1.',
    });
    expect(steering()).toBeNull();
    await promote(1);
    await promote(3);
    expect((await models.rollback({ task: 'heal' }, 'ada')).model).toMatchObject({
      version: 1,
      state: 'active',
    });
    expect(steering()).toBe('heal/1');
    expect(switches.map(({ from, to, by }) => `${from} → ${to} (${by})`)).toEqual([
      'runbook 1 → learned heal/1 (ada)',
      'learned heal/1 → runbook 1 (ada)',
      'runbook 1 → learned heal/1 (ada)',
      'learned heal/1 → learned heal/3 (ada)',
      'learned heal/3 → learned heal/1 (ada)',
    ]);
  });

  it('are not rolled back where none was ever promoted', async () => {
    await models.open();
    await expect(models.rollback({ task: 'heal' }, 'ada')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('leave the one before steering where they cannot be used', async () => {
    await models.open();
    await promote(1);
    shelf.broken.add('heal/2');
    await expect(promote(2)).rejects.toMatchObject({ code: 'model-invalid' });
    expect(steering()).toBe('heal/1');
    expect(shelf.promotions('heal').active).toBe(1);
    expect(switches).toHaveLength(1);
  });

  it('give way to the rule at once where that is asked for, also past one that cannot be used', async () => {
    mode = 'auto';
    await models.open();
    await promote(1, true);
    await promote(2, true);
    shelf.broken.add('heal/1');
    expect(await models.rollback({ task: 'heal', toRule: true }, 'ada')).toEqual({
      model: null,
      text: 'runbook 1 steers healing from now on, in place of learned heal/2.',
    });
    expect(steering()).toBeNull();
    expect(shelf.promotions('heal').active).toBeNull();
  });

  it('are not rolled back to one that cannot be used', async () => {
    await models.open();
    await promote(1);
    await promote(2);
    shelf.broken.add('heal/1');
    await expect(models.rollback({ task: 'heal' }, 'ada')).rejects.toMatchObject({ code: 'model-invalid' });
    expect(steering()).toBe('heal/2');
    expect(shelf.promotions('heal').active).toBe(2);
  });

  it('need a confirmation in mode auto, those that steer', async () => {
    mode = 'auto';
    await models.open();
    await expect(promote(1)).rejects.toMatchObject({ code: 'confirmation-needed' });
    expect(shelf.promotions('heal').active).toBeNull();
    await promote(1, true);
    expect(steering()).toBe('heal/1');
    // Rolling back needs none, but to undo it brings a policy back.
    await models.rollback({ task: 'heal' }, 'ada');
    await expect(models.rollback({ task: 'heal' }, 'ada')).rejects.toMatchObject({
      code: 'confirmation-needed',
    });
    await expect(models.promote({ task: 'scale', version: 1 }, 'ada')).rejects.toMatchObject({
      code: 'confirmation-needed',
    });
  });

  it('of releases set their pace, apart from the other tasks', async () => {
    await models.open();
    expect(await models.promote({ task: 'canary', version: 1 }, 'ada')).toMatchObject({
      model: { task: 'canary', state: 'active' },
      text: 'canary/1 steers the pace of releases from now on, in place of evidence-steps 1.',
    });
    expect([models.learnedCanary?.version, steering()]).toEqual(['canary/1', null]);
    await models.rollback({ task: 'canary' }, 'ada');
    expect(models.learnedCanary).toBeNull();
  });

  it('of scaling steer it apart from healing, and give way to its own rule', async () => {
    await models.open();
    await promote(2);
    expect(await models.promote({ task: 'scale', version: 1 }, 'ada')).toMatchObject({
      text: 'scale/1 steers scaling from now on, in place of predictive 1.',
    });
    expect([models.learnedScale?.version, steering()]).toEqual(['scale/1', 'heal/2']);
    expect((await models.rollback({ task: 'scale' }, 'ada')).text).toBe(
      'predictive 1 steers scaling from now on, in place of learned scale/1.',
    );
    expect(models.learnedScale).toBeNull();
    expect(switches.map(({ task, from, to }) => `${task}: ${from} → ${to}`)).toEqual([
      'heal: runbook 1 → learned heal/2',
      'scale: predictive 1 → learned scale/1',
      'scale: learned scale/1 → predictive 1',
    ]);
  });

  it('of scaling that are damaged leave healing as it is', async () => {
    shelf.promote('scale', 1);
    shelf.broken.add('scale/1');
    await models.open();
    await promote(1);
    expect(models.learnedScale).toBeNull();
    expect(problems.map(({ message }) => message)).toEqual([
      'scale/1 is damaged. predictive 1 steers in its place.',
    ]);
    expect(steering()).toBe('heal/1');
  });

  it('are loaded to decide beside the one that steers', async () => {
    await models.open();
    for (const name of ['scale/1', '1', 'scale/shipped-36-ppo', 'shipped-36-ppo'])
      expect(await models.loadScale(name)).toMatchObject({ version: 'scale/1' });
    await expect(models.loadScale('scale/ppo')).rejects.toMatchObject({ code: 'not-found' });
    shelf.broken.add('scale/1');
    await expect(models.loadScale('scale/1')).rejects.toMatchObject({ code: 'model-invalid' });
    expect(models.learnedScale).toBeNull();
  });

  it('steer when another process promotes them, and no longer when it rolls back', async () => {
    await models.open();
    shelf.promote('heal', 2);
    await look();
    expect(steering()).toBe('heal/2');
    shelf.rollback('heal', { toRule: false });
    await look();
    expect(steering()).toBeNull();
    expect(switches.map(({ by }) => by)).toEqual(['the model store', 'the model store']);
  });

  it('that are damaged at the start leave healing to the rule, which is told once', async () => {
    shelf.promote('heal', 1);
    shelf.broken.add('heal/1');
    await models.open();
    await look();
    expect(steering()).toBeNull();
    expect(problems).toEqual([
      {
        code: 'model-invalid',
        message: 'heal/1 is damaged. runbook 1 steers in its place.',
        remedy: 'Train anew.',
      },
    ]);
    expect(models.problem).toEqual(problems[0]);
    await models.promote({ task: 'canary', version: 1 }, 'ada');
    expect(models.problem).toEqual(problems[0]);
    await promote(2);
    expect(models.problem).toBeNull();
  });

  it('that are promoted from outside and damaged leave the one before steering', async () => {
    await models.open();
    await promote(1);
    shelf.broken.add('heal/2');
    shelf.promote('heal', 2);
    await look();
    expect(steering()).toBe('heal/1');
    expect(problems[0]?.message).toBe('heal/2 is damaged. learned heal/1 steers in its place.');
  });

  it('steer on when their file is gone, damaged or replaced, which is told once', async () => {
    await models.open();
    await promote(2);
    const loaded = models.learnedHeal;
    const stored = shelf.list();
    const changed: [ModelVersion[], string][] = [
      [stored.filter(({ version }) => version !== 2), 'it is gone from the store'],
      [
        stored.map((model) => ({ ...model, problem: 'heal/2 is cut short.' })),
        'it is damaged (heal/2 is cut short.)',
      ],
      [stored.map((model) => ({ ...model, seed: 99 })), 'the store holds another by that name'],
    ];
    for (const [models_, why] of changed) {
      shelf.list = () => models_;
      await look();
      await look();
      expect(models.problem?.message).toContain(`heal/2 steers on as it was loaded, but ${why}`);
    }
    expect(problems).toHaveLength(3);
    expect(models.learnedHeal).toBe(loaded);
    shelf.list = () => stored;
    await look();
    expect(models.problem).toBeNull();
  });

  it('are not loaded anew where they are promoted again: all workloads go on with the same', async () => {
    await models.open();
    await promote(1);
    const loaded = models.learnedHeal;
    await promote(1);
    expect(models.learnedHeal).toBe(loaded);
    expect(switches).toHaveLength(1);
  });

  it('are looked for again where the store could not be read', async () => {
    await models.open();
    const { list } = shelf;
    shelf.list = () => {
      throw new Error('too many open files');
    };
    shelf.promote('heal', 2);
    await look();
    expect(steering()).toBeNull();
    shelf.list = list;
    hasChanged = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(steering()).toBe('heal/2');
    expect(models.problem).toBeNull();
  });

  it('leave healing to the rule where nobody knows which one is promoted', async () => {
    shelf.promotions = () => {
      throw new CoxswainError('model-invalid', 'promotions.json is damaged.', 'Restore it.');
    };
    await models.open();
    expect(problems[0]?.message).toBe('promotions.json is damaged. runbook 1 steers in its place.');
    expect(changes.length).toBeGreaterThan(0);
  });

  it('go on steering when the store cannot be read', async () => {
    await models.open();
    await promote(1);
    shelf.list = () => {
      throw new Error('permission denied');
    };
    await look();
    await look();
    expect(steering()).toBe('heal/1');
    expect(problems.map(({ message }) => message)).toEqual(['permission denied']);
  });
});
