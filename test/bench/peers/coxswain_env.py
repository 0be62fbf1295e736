"""Coxswain's envs for Python trainers, over the bridge `coxswain env serve` (docs/env-protocol.md).

    env = CoxswainEnv("cartpole")               # a gymnasium.Env
    envs = CoxswainVecEnv("cartpole", envs=8)   # a Stable-Baselines3 VecEnv

The bridge is a process of its own, started by `command`, else by $COXSWAIN_COMMAND, else from this checkout's dist/.
"""

import json
import os
import shlex
import struct
import subprocess
import time
from pathlib import Path

import gymnasium
import numpy
from gymnasium import spaces

try:
    from stable_baselines3.common.vec_env import VecEnv
except ImportError:  # CoxswainEnv does without
    VecEnv = object

RESET, STEP, CLOSE = 1, 2, 3
ERROR = 0
BUNDLE = Path(__file__).parents[3] / "dist/agent.cjs"


class Bridge:
    """The process, and the messages to and from it."""

    def __init__(self, env, envs=1, seed=1, options=None, command=None):
        command = command or os.environ.get("COXSWAIN_COMMAND") or f"node {shlex.quote(str(BUNDLE))}"
        arguments = ["env", "serve", "--env", env, "--envs", str(envs), "--seed", str(seed)]
        arguments += ["--options", json.dumps(options or {})]
        self.process = subprocess.Popen(shlex.split(command) + arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the bridge ended with exit code {self.process.wait()}; its stderr says why")
        self.hello = json.loads(line)
        self.process.stdin.write(json.dumps({"protocol": "coxswain-env", "version": 1}).encode() + b"\n")
        self.envs = envs
        self.observation_space = box(self.hello["observationSpace"]["fields"])
        actions = self.hello["actionSpace"]
        discrete = actions["kind"] == "discrete"
        self.action_space = spaces.Discrete(len(actions["labels"])) if discrete else box(actions["fields"])

    def reset(self, seed):
        """Observations of new episodes in all envs."""
        return self.ask(RESET, struct.pack("<I", seed))[1]

    def step(self, actions):
        """Observations, rewards, terminated, truncated, and {env: (final observation, episode)}."""
        payload, observations = self.ask(STEP, numpy.ascontiguousarray(actions, "<f4").tobytes())
        count, offset = self.envs, observations.nbytes
        rewards = numpy.frombuffer(payload, "<f4", count, offset)
        terminated, truncated = numpy.frombuffer(payload, "?", 2 * count, offset + 4 * count).reshape(2, count)
        offset += 4 * count + (2 * count + 3) // 4 * 4
        ended = numpy.flatnonzero(terminated | truncated)
        if len(ended) == 0:
            return observations, rewards, terminated, truncated, {}
        final = self.rows(payload, offset, len(ended))
        episodes = json.loads(payload[offset + final.nbytes :])
        return observations, rewards, terminated, truncated, dict(zip(ended.tolist(), zip(final, episodes)))

    def ask(self, kind, payload):
        self.process.stdin.write(struct.pack("<II", kind, len(payload)) + payload)
        self.process.stdin.flush()
        header = self.process.stdout.read(8)
        kind, length = struct.unpack("<II", header) if len(header) == 8 else (ERROR, 0)
        answer = self.process.stdout.read(length)
        if kind == ERROR:
            error = json.loads(answer or '{"message": "The bridge is gone.", "remedy": ""}')
            raise RuntimeError(f"{error['message']} {error['remedy']}")
        return answer, self.rows(answer, 0, self.envs)

    def rows(self, payload, offset, count):
        fields = self.observation_space.shape[0]
        return numpy.frombuffer(payload, "<f4", count * fields, offset).reshape(count, fields)

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.write(struct.pack("<II", CLOSE, 0))
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def box(fields):
    low = [-numpy.inf if field["min"] is None else field["min"] for field in fields]
    high = [numpy.inf if field["max"] is None else field["max"] for field in fields]
    return spaces.Box(numpy.float32(low), numpy.float32(high), dtype=numpy.float32)


class CoxswainEnv(gymnasium.Env):
    def __init__(self, env, options=None, command=None):
        self.bridge = Bridge(env, options=options, command=command)
        self.observation_space = self.bridge.observation_space
        self.action_space = self.bridge.action_space

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.bridge.reset(int(self.np_random.integers(2**32)))[0].copy(), {}

    def step(self, action):
        observations, rewards, terminated, truncated, ended = self.bridge.step([action])
        observation, info = observations[0], {}
        if ended:
            # The bridge has begun the next episode in this same step.
            observation, episode = ended[0]
            info = episode["info"]
        return observation.copy(), float(rewards[0]), bool(terminated[0]), bool(truncated[0]), info

    def close(self):
        self.bridge.close()


class CoxswainVecEnv(VecEnv):
    def __init__(self, env, envs=8, seed=1, options=None, command=None):
        self.bridge = Bridge(env, envs, seed, options, command)
        self.started = time.time()
        self.np_random = numpy.random.default_rng(seed)
        super().__init__(envs, self.bridge.observation_space, self.bridge.action_space)

    def reset(self):
        seed = self._seeds[0] if self._seeds[0] is not None else int(self.np_random.integers(2**32))
        self._reset_seeds()
        return self.bridge.reset(seed).copy()

    def step_async(self, actions):
        self.actions = actions

    def step_wait(self):
        observations, rewards, terminated, truncated, ended = self.bridge.step(self.actions)
        infos = [{} for _ in range(self.num_envs)]
        for index, (final, episode) in ended.items():
            infos[index] = {
                **episode["info"],
                "terminal_observation": final.copy(),
                "TimeLimit.truncated": not episode["terminated"],
                "episode": {"r": episode["return"], "l": episode["length"], "t": time.time() - self.started},
            }
        return observations.copy(), rewards.copy(), terminated | truncated, infos

    def close(self):
        self.bridge.close()

    def get_attr(self, name, indices=None):
        return [getattr(self, name, None)] * len(self._get_indices(indices))

    def set_attr(self, name, value, indices=None):
        raise NotImplementedError("the envs are in another process")

    def env_method(self, name, *arguments, indices=None, **keywords):
        raise NotImplementedError("the envs are in another process")

    def env_is_wrapped(self, wrapper, indices=None):
        return [wrapper.__name__ == "Monitor"] * len(self._get_indices(indices))
