"""PPO and DQN as one-file PyTorch loops in the manner of CleanRL: no framework between the env and the tensors.

They are here to be timed; `throughput.py` calls them.
"""

import numpy
import torch
from torch import nn


def mlp(sizes: list[int], activation: type[nn.Module]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        linear = nn.Linear(inputs, outputs)
        nn.init.orthogonal_(linear.weight, numpy.sqrt(2))
        nn.init.zeros_(linear.bias)
        layers.append(linear)
        if index < len(sizes) - 2:
            layers.append(activation())
    return nn.Sequential(*layers)


def ppo(envs, inputs: int, actions: int, settings: dict, steps: int) -> int:
    """Trains on vectorised envs with SB3's VecEnv interface; returns the env steps made."""
    count, horizon = envs.num_envs, settings["n_steps"]
    actor = mlp([inputs, *settings["net"], actions], nn.Tanh)
    critic = mlp([inputs, *settings["net"], 1], nn.Tanh)
    parameters = [*actor.parameters(), *critic.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=settings["learning_rate"], eps=1e-5)
    observations = torch.zeros(horizon, count, inputs)
    chosen, logs = torch.zeros(horizon, count, dtype=torch.long), torch.zeros(horizon, count)
    rewards, dones, values = (torch.zeros(horizon, count) for _ in range(3))
    observation = torch.as_tensor(envs.reset(), dtype=torch.float32)
    done = 0
    while done < steps:
        for step in range(horizon):
            with torch.no_grad():
                distribution = torch.distributions.Categorical(logits=actor(observation))
                action = distribution.sample()
                logs[step] = distribution.log_prob(action)
                values[step] = critic(observation).flatten()
            observations[step], chosen[step] = observation, action
            following, reward, over, _ = envs.step(action.numpy())
            rewards[step] = torch.as_tensor(reward, dtype=torch.float32)
            dones[step] = torch.as_tensor(over, dtype=torch.float32)
            observation = torch.as_tensor(following, dtype=torch.float32)
        done += horizon * count
        advantages, last = torch.zeros_like(rewards), torch.zeros(count)
        with torch.no_grad():
            following_value = critic(observation).flatten()
        for step in reversed(range(horizon)):
            alive = 1 - dones[step]
            delta = rewards[step] + settings["gamma"] * following_value * alive - values[step]
            last = delta + settings["gamma"] * settings["gae_lambda"] * alive * last
            advantages[step], following_value = last, values[step]
        returns = (advantages + values).flatten()
        rows = observations.reshape(-1, inputs)
        flat_actions, flat_logs, flat_advantages = chosen.flatten(), logs.flatten(), advantages.flatten()
        for _ in range(settings["n_epochs"]):
            for batch in torch.randperm(horizon * count).split(settings["batch_size"]):
                distribution = torch.distributions.Categorical(logits=actor(rows[batch]))
                ratio = (distribution.log_prob(flat_actions[batch]) - flat_logs[batch]).exp()
                advantage = flat_advantages[batch]
                advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
                clipped = ratio.clamp(1 - settings["clip_range"], 1 + settings["clip_range"])
                policy_loss = -torch.min(ratio * advantage, clipped * advantage).mean()
                value_loss = ((critic(rows[batch]).flatten() - returns[batch]) ** 2).mean()
                loss = policy_loss + settings["vf_coef"] * value_loss - settings["ent_coef"] * distribution.entropy().mean()
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(parameters, settings["max_grad_norm"])
                optimizer.step()
    return done


def dqn(envs, inputs: int, actions: int, settings: dict, steps: int) -> int:
    """Trains on one env with SB3's VecEnv interface; returns the env steps made."""
    online = mlp([inputs, *settings["net"], actions], nn.ReLU)
    target = mlp([inputs, *settings["net"], actions], nn.ReLU)
    target.load_state_dict(online.state_dict())
    optimizer = torch.optim.Adam(online.parameters(), lr=settings["learning_rate"])
    size = settings["buffer_size"]
    states = numpy.zeros((size, inputs), numpy.float32)
    followings = numpy.zeros((size, inputs), numpy.float32)
    chosen, rewards, overs = numpy.zeros(size, numpy.int64), numpy.zeros(size, numpy.float32), numpy.zeros(size, numpy.float32)
    observation = envs.reset()
    for step in range(steps):
        epsilon = max(settings["exploration_final_eps"], 1 - step / (settings["exploration_fraction"] * steps))
        if numpy.random.random() < epsilon:
            action = numpy.random.randint(actions)
        else:
            with torch.no_grad():
                action = int(online(torch.as_tensor(observation, dtype=torch.float32)).argmax())
        following, reward, over, info = envs.step(numpy.array([action]))
        slot = step % size
        states[slot], chosen[slot], rewards[slot], overs[slot] = observation[0], action, reward[0], over[0]
        followings[slot] = info[0].get("terminal_observation", following[0])
        observation = following
        if step >= settings["learning_starts"] and step % settings["train_freq"] == 0:
            for _ in range(settings["gradient_steps"]):
                rows = numpy.random.randint(0, min(step + 1, size), settings["batch_size"])
                with torch.no_grad():
                    best = target(torch.from_numpy(followings[rows])).max(1).values
                    wanted = torch.from_numpy(rewards[rows]) + settings["gamma"] * best * (1 - torch.from_numpy(overs[rows]))
                value = online(torch.from_numpy(states[rows])).gather(1, torch.from_numpy(chosen[rows])[:, None]).squeeze(1)
                loss = nn.functional.smooth_l1_loss(value, wanted)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(online.parameters(), settings["max_grad_norm"])
                optimizer.step()
        if step % settings["target_update_interval"] == 0:
            target.load_state_dict(online.state_dict())
    return steps
