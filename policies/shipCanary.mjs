// What ship.mjs needs to know of the task canary.
export const shipCanary = {
  exports: `
    export * from './agent/sim/canary/shipping/finishPolicy';
    export * from './agent/sim/canary/shipping/figures';
    export * from './agent/sim/canary/shipping/modelCard';
    export * from './agent/sim/canary/shipping/playReleases';
    export { evidenceStepsSettings } from './agent/tasks/canary/pace/evidenceSteps';
    export { CANARY_ARMS } from './agent/evaluate/taskArms';
    export { createCanaryEnv } from './agent/sim/canary/canaryEnv';
  `,
  createEnv: ({ createCanaryEnv }, options) => createCanaryEnv(options),
  arms: ({ CANARY_ARMS }) => CANARY_ARMS,

  /** Of the trainings the one that exposes least on validation releases, where it errs no more than fixed steps. */
  finish(
    { finishPolicy, leastExposure, createCanaryEnv, figuresOf, playReleases, byTheClock, VALIDATION },
    trained,
    engine,
  ) {
    const all = trained.map((policy) => finishPolicy(policy, engine));
    const fixed = figuresOf(playReleases(createCanaryEnv(), byTheClock, VALIDATION));
    const trainings = all.map(({ policy, figures }) => ({ seed: policy.provenance.seed, figures }));
    return { policy: leastExposure(all, fixed).policy, trainings };
  },

  card(coxswain, policy, engine, { name, commands }, { trainings }) {
    const { TEST, figuresOf, playReleases, byPolicy, byEvidence, byTheClock, evidenceStepsSettings } =
      coxswain;
    const env = coxswain.createCanaryEnv(policy.provenance.env.options);
    const actor = coxswain.createActor(policy, engine);
    const played = (play) => figuresOf(playReleases(env, play, TEST));
    const arms = [
      [name, played(byPolicy(actor, policy.calibration.idleMargin))],
      ['evidence-steps', played(byEvidence(evidenceStepsSettings()))],
      ['fixed-steps', played(byTheClock)],
    ];
    for (const [arm, figures] of arms) console.log(arm, JSON.stringify(figures));
    return coxswain.modelCard(policy, { name, commands, arms, trainings });
  },
};
