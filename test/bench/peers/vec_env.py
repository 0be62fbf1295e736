"""The envs of a study: Gymnasium's own by name, or ours over the bridge as `coxswain:NAME`."""

import gymnasium
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from coxswain_env import CoxswainEnv, CoxswainVecEnv

PREFIX = "coxswain:"


def make_vec_env(study: dict, seed: int = 1) -> VecEnv:
    name, count = study["env"], study["envs"]
    if name.startswith(PREFIX):
        return CoxswainVecEnv(name.removeprefix(PREFIX), envs=count, seed=seed, options=study.get("options"))
    return DummyVecEnv([lambda: gymnasium.make(name)] * count)


def make_env(study: dict) -> gymnasium.Env:
    name = study["env"]
    if name.startswith(PREFIX):
        return CoxswainEnv(name.removeprefix(PREFIX), options=study.get("options"))
    return gymnasium.make(name)
