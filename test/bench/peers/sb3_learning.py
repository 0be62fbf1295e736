"""Learning curves of Stable-Baselines3 by the settings of learning.json.

    python sb3_learning.py learning.json results.json [--only CartPole-v1/ppo] [--seeds 10]

Writes, for each study and seed, the mean greedy return of `evalEpisodes` episodes after every `evalEvery` steps, and
what training took without these evaluations.
"""

import argparse
import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy
import torch
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.callbacks import BaseCallback

from vec_env import make_env, make_vec_env


class Evaluate(BaseCallback):
    """Evaluates between two steps, and keeps the time of that apart."""

    def __init__(self, study: dict, episodes: int, seed: int):
        super().__init__()
        self.env = make_env(study)
        self.every, self.episodes, self.seed = study["evalEvery"], episodes, seed
        self.points: list[list[float]] = []
        self.seconds = 0.0

    def _on_step(self) -> bool:
        if self.num_timesteps // self.every > len(self.points):
            started = time.perf_counter()
            returns = [self.episode(index) for index in range(self.episodes)]
            self.points.append([self.num_timesteps, float(numpy.mean(returns))])
            self.seconds += time.perf_counter() - started
        return True

    def episode(self, index: int) -> float:
        observation, _ = self.env.reset(seed=1_000_000 + 1000 * self.seed + index)
        total, over = 0.0, False
        while not over:
            action, _ = self.model.predict(observation, deterministic=True)
            observation, reward, terminated, truncated, _ = self.env.step(int(action))
            total += float(reward)
            over = terminated or truncated
        return total


def train(study: dict, seed: int, episodes: int) -> dict:
    env = make_vec_env(study, seed)
    algorithm = {"ppo": PPO, "dqn": DQN}[study["algo"]]
    model = algorithm(
        "MlpPolicy",
        env,
        policy_kwargs={"net_arch": study["net"]},
        seed=seed,
        device="cpu",
        **study["hyperparameters"],
    )
    evaluate = Evaluate(study, episodes, seed)
    started = time.perf_counter()
    model.learn(study["steps"], callback=evaluate)
    seconds = time.perf_counter() - started - evaluate.seconds
    env.close()
    evaluate.env.close()
    return {"seed": seed, "points": evaluate.points, "seconds": seconds, "steps": model.num_timesteps}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("settings")
    arguments.add_argument("results")
    arguments.add_argument("--only")
    arguments.add_argument("--seeds", type=int)
    arguments.add_argument("--threads", type=int, default=1)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    with open(options.settings, encoding="utf8") as file:
        settings = json.load(file)
    results = []
    for study in settings["studies"]:
        name = f"{study['env']}/{study['algo']}"
        if options.only and options.only != name:
            continue
        runs = []
        for seed in range(1, (options.seeds or settings["seeds"]) + 1):
            runs.append(train(study, seed, settings["evalEpisodes"]))
            print(f"{name} seed {seed}: {runs[-1]['points'][-1][1]:.1f} in {runs[-1]['seconds']:.0f} s", file=sys.stderr)
        results.append({"env": study["env"], "algo": study["algo"], "runs": runs})
        with open(options.results, "w", encoding="utf8") as file:
            json.dump({"peer": "Stable-Baselines3", "studies": results}, file)


if __name__ == "__main__":
    main()
