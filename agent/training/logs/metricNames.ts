export interface MetricName {
  name: string;
  /** Empty for a plain number. */
  unit: string;
  meaning: string;
}

/**
 * The metrics that are logged, under Stable-Baselines3's names where it has them. Seed 001's list is all in it; what
 * an env tells besides goes under `env/`.
 */
export const METRICS: readonly MetricName[] = [
  { name: 'rollout/ep_rew_mean', unit: '', meaning: 'Undiscounted reward of the episodes that ended, mean.' },
  { name: 'rollout/ep_len_mean', unit: 'steps', meaning: 'Length of these episodes, mean.' },
  {
    name: 'rollout/success_rate',
    unit: 'share',
    meaning: 'Share of these episodes that met the task’s goal.',
  },
  { name: 'rollout/exploration_rate', unit: 'share', meaning: 'DQN: probability ε of an action by chance.' },
  { name: 'train/learning_rate', unit: '', meaning: 'Step size of Adam.' },
  {
    name: 'train/loss',
    unit: '',
    meaning: 'What the gradient is of: DQN’s Huber loss, or the sum of PPO’s terms.',
  },
  { name: 'train/policy_gradient_loss', unit: '', meaning: 'PPO: the clipped surrogate, negated.' },
  {
    name: 'train/value_loss',
    unit: '',
    meaning: 'PPO: squared error of the critic against the returns, mean.',
  },
  { name: 'train/entropy_loss', unit: 'nats', meaning: 'PPO: entropy of the policy, negated.' },
  {
    name: 'train/clip_fraction',
    unit: 'share',
    meaning: 'PPO: share of probability ratios that were clipped.',
  },
  {
    name: 'train/approx_kl',
    unit: 'nats',
    meaning: 'PPO: estimate of the divergence of the new policy from the old.',
  },
  {
    name: 'train/explained_variance',
    unit: 'share',
    meaning:
      'PPO: share of the returns’ variance that the critic foresaw; 1 is perfect, below 0 worse than the mean.',
  },
  {
    name: 'train/std',
    unit: '',
    meaning: 'PPO with a Gaussian head: standard deviation of the actions, mean.',
  },
  { name: 'train/clip_range', unit: '', meaning: 'PPO: how far a probability ratio may leave 1.' },
  { name: 'train/q_mean', unit: '', meaning: 'DQN: Q-value of the actions of the batch, mean.' },
  { name: 'train/td_error', unit: '', meaning: 'DQN: size of the temporal-difference error, mean.' },
  { name: 'train/grad_norm', unit: '', meaning: 'L2 norm of the gradient before it is cut, mean.' },
  { name: 'train/n_updates', unit: '', meaning: 'Gradient steps so far (DQN), epochs so far (PPO).' },
  { name: 'time/fps', unit: '1/s', meaning: 'Env steps per second since the start.' },
  { name: 'env/latency_p95', unit: 's', meaning: '95th percentile of the response time.' },
  { name: 'env/utilisation', unit: 'share', meaning: 'CPU in use as a share of what is requested.' },
  {
    name: 'env/actions_per_hour',
    unit: '1/h',
    meaning: 'Actions that change something, per hour of the cluster.',
  },
  {
    name: 'env/cost_per_request',
    unit: 'core s',
    meaning: 'CPU seconds paid for, per request that succeeded.',
  },
  {
    name: 'env/slo_compliance',
    unit: 'share',
    meaning: 'Share of the time within the limits of latency and errors.',
  },
];
