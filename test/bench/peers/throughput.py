"""How many env steps a second a peer trains with: one case of throughput.json.

    python throughput.py '{"env": "CartPole-v1", "algo": "ppo", …}' --peer sb3|torch --threads 1

Prints {"stepsPerSecond": …}. Envs named `coxswain:NAME` are ours, over the bridge.
"""

import argparse
import json
import os
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("case")
arguments.add_argument("--peer", choices=["sb3", "torch"], required=True)
arguments.add_argument("--threads", type=int, required=True)
options = arguments.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import torch  # noqa: E402
from stable_baselines3 import DQN, PPO  # noqa: E402
from stable_baselines3.common.callbacks import BaseCallback  # noqa: E402

import torch_loops  # noqa: E402
from vec_env import make_vec_env  # noqa: E402

WARM_UP = 0.2


class Clock(BaseCallback):
    """The time from a fifth of the steps to the end."""

    def __init__(self, begin: int):
        super().__init__()
        self.begin, self.from_steps, self.started = begin, 0, 0.0

    def _on_step(self) -> bool:
        if not self.started and self.num_timesteps >= self.begin:
            self.from_steps, self.started = self.num_timesteps, time.perf_counter()
        return True


def sb3(case: dict, envs) -> float:
    activation = {"ppo": torch.nn.Tanh, "dqn": torch.nn.ReLU}[case["algo"]]
    model = {"ppo": PPO, "dqn": DQN}[case["algo"]](
        "MlpPolicy",
        envs,
        policy_kwargs={"net_arch": case["net"], "activation_fn": activation},
        seed=1,
        device="cpu",
        **case["hyperparameters"],
    )
    clock = Clock(int(WARM_UP * case["steps"]))
    model.learn(case["steps"], callback=clock)
    return (model.num_timesteps - clock.from_steps) / (time.perf_counter() - clock.started)


def plain_torch(case: dict, envs) -> float:
    settings = {"net": case["net"], **case["hyperparameters"]}
    train = {"ppo": torch_loops.ppo, "dqn": torch_loops.dqn}[case["algo"]]
    sizes = envs.observation_space.shape[0], int(envs.action_space.n)
    train(envs, *sizes, settings, int(WARM_UP * case["steps"]))
    started = time.perf_counter()
    steps = train(envs, *sizes, settings, case["steps"])
    return steps / (time.perf_counter() - started)


def main() -> None:
    torch.set_num_threads(options.threads)
    case = json.loads(options.case)
    envs = make_vec_env(case)
    rate = (sb3 if options.peer == "sb3" else plain_torch)(case, envs)
    envs.close()
    print(json.dumps({"stepsPerSecond": rate}))


if __name__ == "__main__":
    main()
