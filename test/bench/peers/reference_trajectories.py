"""Writes agent/rl/env/reference/trajectories.json: trajectories of Gymnasium's CartPole-v1 and Acrobot-v1.

The unit tests of our reference environments put them into the start states, step them by the same actions and compare.
Run with the Python of requirements.txt, then format the file (npm run format); the seeds are fixed.
"""

import json
from pathlib import Path

import gymnasium
import numpy

STATES = 150
"""How many states of a trajectory are kept; its end is seen in its length, its flags and its last observation."""

TARGET = Path(__file__).parents[3] / "agent/rl/env/reference/trajectories.json"


def random_actions(env, seed):
    generator = numpy.random.default_rng(seed)
    return lambda state: int(generator.integers(env.action_space.n))


def balance(state):
    """Keeps the pole up until the time limit."""
    _, velocity, angle, angular_velocity = state
    return int(angle + 0.5 * angular_velocity + 0.05 * velocity > 0)


def pump(state):
    """Swings acrobot up: torque along the motion of the first link."""
    return 2 if state[2] < 0 else 0


def trajectory(name, seed, choose, limit=None):
    env = gymnasium.make(name)
    env.reset(seed=seed)
    act = choose or random_actions(env, seed)
    state = lambda: [float(number) for number in env.unwrapped.state]
    record = {"start": state(), "actions": [], "states": [], "rewards": []}
    terminated = truncated = False
    while not (terminated or truncated) and len(record["actions"]) != limit:
        action = act(env.unwrapped.state)
        observation, reward, terminated, truncated, _ = env.step(action)
        record["actions"].append(action)
        if len(record["states"]) < STATES:
            record["states"].append(state())
        record["rewards"].append(float(reward))
    observation = [float(number) for number in observation]
    return {**record, "lastObservation": observation, "terminated": terminated, "truncated": truncated}


def main():
    trajectories = {
        "gymnasium": gymnasium.__version__,
        "cartpole": [
            trajectory("CartPole-v1", 1, None),
            trajectory("CartPole-v1", 2, lambda state: 1),
            trajectory("CartPole-v1", 3, balance),
        ],
        "acrobot": [
            trajectory("Acrobot-v1", 1, None, limit=60),
            trajectory("Acrobot-v1", 2, pump),
            trajectory("Acrobot-v1", 3, lambda state: 1),
        ],
    }
    TARGET.write_text(json.dumps(trajectories) + "\n")


main()
