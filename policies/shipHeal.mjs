// What ship.mjs needs to know of the task heal.
export const shipHeal = {
  exports: `
    export * from './agent/sim/heal/shipping/finishPolicy';
    export * from './agent/sim/heal/shipping/figures';
    export * from './agent/sim/heal/shipping/modelCard';
    export * from './agent/sim/heal/shipping/playEpisodes';
    export * from './agent/sim/heal/baselines/runbook';
    export * from './agent/sim/heal/baselines/simple';
    export { HEAL_ARMS } from './agent/evaluate/taskArms';
    export { createHealEnv } from './agent/sim/heal/healEnv';
  `,
  createEnv: ({ createHealEnv }, options) => createHealEnv(options),
  arms: ({ HEAL_ARMS }) => HEAL_ARMS,

  finish({ finishPolicy }, trained, engine) {
    if (trained.length > 1) throw new Error('of heal one training is shipped: name one run');
    return { policy: finishPolicy(trained[0], engine) };
  },

  /** Ours and those that it has to be compared with, over the same episodes. */
  card(coxswain, policy, engine, { name, commands }) {
    const { TEST, createHealEnv, doNothing, tunedRunbook, playRule, playPolicy, figuresOf } = coxswain;
    const { options } = policy.provenance.env;
    const env = createHealEnv(options);
    const actor = coxswain.createActor(policy, engine);
    const nothing = playRule(env, doNothing(), TEST);
    const ours = playPolicy(env, actor, policy.calibration.idleMargin, TEST);
    const arms = [
      [name, figuresOf(ours, nothing)],
      ['runbook-tuned', figuresOf(playRule(env, tunedRunbook(), TEST), nothing)],
      ['do-nothing', figuresOf(nothing, nothing)],
    ];
    for (const [arm, figures] of arms) console.log(arm, JSON.stringify(figures));
    return coxswain.modelCard(policy, { name, detection: options.detection ?? 'events', commands, arms });
  },
};
