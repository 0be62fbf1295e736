// What ship.mjs needs to know of the task scale.
export const shipScale = {
  exports: `
    export * from './agent/sim/scale/shipping/finishPolicy';
    export * from './agent/sim/scale/shipping/figures';
    export * from './agent/sim/scale/shipping/modelCard';
    export { tunedHpa } from './agent/sim/scale/baselines/hpa';
    export { tunedPredictive } from './agent/sim/scale/baselines/predictive';
    export { tunedQuantile } from './agent/sim/scale/baselines/quantile';
    export { SCALE_ARMS } from './agent/evaluate/taskArms';
    export { createScaleEnv } from './agent/sim/scale/scaleEnv';
  `,
  createEnv: ({ createScaleEnv }, options) => createScaleEnv(options),
  arms: ({ SCALE_ARMS }) => SCALE_ARMS,

  /** The best of the trainings on validation episodes: of those that do not act too often the cheapest. */
  finish({ finishPolicy, cheapestCalm }, trained, engine) {
    const all = trained.map((policy) => finishPolicy(policy, engine));
    const trainings = all.map(({ policy, figures }) => ({ seed: policy.provenance.seed, figures }));
    return { policy: cheapestCalm(all).policy, trainings };
  },

  card(coxswain, policy, engine, { name, commands, notes }, { trainings }) {
    const { TEST, figuresAt, tunedHpa, tunedPredictive, tunedQuantile } = coxswain;
    const arms = [
      [name, figuresAt(coxswain.createActor(policy, engine), TEST)],
      ['predictive-tuned', figuresAt(tunedPredictive(), TEST)],
      ['quantile-tuned', figuresAt(tunedQuantile(), TEST)],
      ['hpa-tuned', figuresAt(tunedHpa(), TEST)],
    ];
    return coxswain.modelCard(policy, { name, commands, arms, trainings, rewardSearch: notes });
  },
};
