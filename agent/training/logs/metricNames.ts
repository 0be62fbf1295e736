export interface MetricName {
  name: string;
  /** Empty for a plain number. */
  unit: string;
  meaning: string;
}

/**
 * The metrics that are logged, under Stable-Baselines3's names where it has them. Seed 001's list is all in it. What
 * an env tells of an episode (`info`) goes under `env/`, in snake case. docs/learning.md shows all of them.
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
  {
    name: 'time/fps',
    unit: '1/s',
    meaning: 'Env steps per second since the start, or since the training went on.',
  },
  {
    name: 'eval/mean_reward',
    unit: '',
    meaning: 'Return of the policy as it is now on 20 episodes that are held out for this, mean.',
  },
  {
    name: 'eval/best_steps',
    unit: 'steps',
    meaning: 'Where the best policy so far was found; logged when there is a new one.',
  },
  {
    name: 'eval/objective',
    unit: '',
    meaning:
      'The outer objective per step of these episodes, mean: comparable whatever the weights of the reward are.',
  },
  { name: 'eval/<name>', unit: '', meaning: 'The same episodes by the names under `env/`.' },
  {
    name: 'hybrid/objective',
    unit: '',
    meaning: 'Hybrid: outer objective per env step of the last segment, mean.',
  },
  { name: 'hybrid/weight_<term>', unit: '', meaning: 'Hybrid: weight of a reward term in the last segment.' },
  {
    name: 'hybrid/<name>',
    unit: '',
    meaning: 'Hybrid: what the PPO over the weights logs under `train/`, after each of its updates.',
  },
  {
    name: 'env/objective_cost',
    unit: 'pods',
    meaning:
      'scale: J(W), the less the better: pods + W × violated load + 0.5 per scaling action, mean of the steps.',
  },
  {
    name: 'env/violation_price',
    unit: 'pods',
    meaning: 'scale: W, drawn for each episode unless it is fixed.',
  },
  { name: 'env/mean_load', unit: 'pods', meaning: 'scale: load in pods at full utilisation.' },
  { name: 'env/mean_pods', unit: 'pods', meaning: 'scale: pods that are paid for.' },
  {
    name: 'env/violated_share',
    unit: 'share',
    meaning: 'scale, heal: requests that failed or took longer than the objective.',
  },
  { name: 'env/error_share', unit: 'share', meaning: 'scale: requests that failed.' },
  { name: 'env/actions_per_hour', unit: '1/h', meaning: 'scale: changes of the number of pods.' },
  {
    name: 'env/latency_p95_seconds',
    unit: 's',
    meaning: 'scale: 95th percentile of the response time, mean weighted by requests.',
  },
  { name: 'env/cpu_utilisation', unit: 'share', meaning: 'scale: CPU in use of that of the ready pods.' },
  {
    name: 'env/slo_compliance',
    unit: 'share',
    meaning: 'scale: seconds in which at most 5 % of the requests were late and none failed.',
  },
  {
    name: 'env/cost_per_1000_requests',
    unit: '$',
    meaning: 'scale: at $0.01 per pod and control step, per 1000 requests that succeeded.',
  },
  {
    name: 'env/availability',
    unit: 'share',
    meaning: 'heal: requests that neither failed nor took longer than the objective.',
  },
  { name: 'env/actions', unit: '', meaning: 'heal: actions that were carried out.' },
  { name: 'env/helpful_actions', unit: '', meaning: 'heal: of these, those that helped.' },
  {
    name: 'env/unneeded_actions',
    unit: '',
    meaning: 'heal: of these, those that did neither good nor harm.',
  },
  { name: 'env/harmful_actions', unit: '', meaning: 'heal: of these, those that did harm.' },
  { name: 'env/acted', unit: 'share', meaning: 'heal: episodes with any action.' },
  { name: 'env/unneeded', unit: 'share', meaning: 'heal: episodes with an unneeded action.' },
  { name: 'env/harmful', unit: 'share', meaning: 'heal: episodes with a harmful action.' },
  {
    name: 'env/reverts',
    unit: '',
    meaning: 'heal: drains and scalings that were taken back, for things got worse after them.',
  },
  {
    name: 'env/harmful_unreverted',
    unit: '',
    meaning: 'heal: harmful drains and scalings that still stand at the end, and still do harm.',
  },
  {
    name: 'env/suppressed_actions',
    unit: '',
    meaning: 'heal: actions wanted within a minute of the last, which count as none.',
  },
  {
    name: 'env/refused_actions',
    unit: '',
    meaning:
      'heal: actions that are impossible, would take the last pod that serves, or would fall on a pod that does not stand out of a healthy workload.',
  },
  {
    name: 'env/replica_hours_ratio',
    unit: '',
    meaning: 'heal: replica-hours relative to the usual number; capacity looks like healing.',
  },
  {
    name: 'env/mttr_seconds',
    unit: 's',
    meaning: 'heal: from the fault’s onset to the end of the outage; of episodes with a fault.',
  },
  {
    name: 'env/recovered',
    unit: 'share',
    meaning: 'heal: of episodes with a fault, those that recovered from it.',
  },
  {
    name: 'env/detect_seconds',
    unit: 's',
    meaning:
      'heal: from the onset to the first look that finds the workload not healthy; of episodes with such a look.',
  },
  {
    name: 'env/help_seconds',
    unit: 's',
    meaning: 'heal: from the onset to the first action that helped; of episodes with one.',
  },
  { name: 'env/fault', unit: '', meaning: 'heal: number of the fault; its mean says nothing.' },
  { name: 'env/promoted', unit: 'share', meaning: 'canary: releases that were promoted.' },
  {
    name: 'env/limited',
    unit: 'share',
    meaning: 'canary: releases that were promoted with limited proof, at the time limit.',
  },
  { name: 'env/rolled_back', unit: 'share', meaning: 'canary: releases that were rolled back.' },
  { name: 'env/undecided', unit: 'share', meaning: 'canary: releases handed to a person at the time limit.' },
  {
    name: 'env/false_promotion',
    unit: 'share',
    meaning: 'canary: promoted, though bad or without any traffic to judge by.',
  },
  {
    name: 'env/false_promotion_active',
    unit: 'share',
    meaning: 'canary: of these, those that had done harm before.',
  },
  { name: 'env/false_rollback', unit: 'share', meaning: 'canary: rolled back, though good.' },
  {
    name: 'env/exposure_harm_seconds',
    unit: 's',
    meaning: 'canary: share of traffic × share of requests that fail or are slow by the canary, over time.',
  },
  { name: 'env/canary_requests', unit: '', meaning: 'canary: requests that the canary got.' },
  {
    name: 'env/exposed_requests',
    unit: '',
    meaning: 'canary: of these, those that it got while it did harm.',
  },
  { name: 'env/harm_active', unit: 'share', meaning: 'canary: releases that did harm before they ended.' },
  {
    name: 'env/steady_error_share',
    unit: 'share',
    meaning: 'canary: requests that a bad canary fails all the time; 0 for spikes and slowness.',
  },
  { name: 'env/weight_changes', unit: '', meaning: 'canary: changes of the weight.' },
  { name: 'env/minutes', unit: 'min', meaning: 'canary: of all releases.' },
  { name: 'env/minutes_to_verdict', unit: 'min', meaning: 'canary: of releases with a verdict.' },
  {
    name: 'env/minutes_of_whole_harm',
    unit: 'min',
    meaning: 'canary: from when the harm was whole to the end, of releases where it was.',
  },
  { name: 'env/bad', unit: 'share', meaning: 'canary: episodes with a bad release.' },
  { name: 'env/provable', unit: 'share', meaning: 'canary: episodes with any traffic to judge by.' },
  { name: 'env/scenario', unit: '', meaning: 'canary: number of the scenario; its mean says nothing.' },
];
