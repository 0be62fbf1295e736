"""Policies of Stable-Baselines3 as ONNX, and what they answer: the fixtures of the import's tests.

    python export_sb3.py test/fixtures/onnx

Each is trained for a handful of steps, and exported as the documentation shows
(https://stable-baselines3.readthedocs.io/en/master/guide/export.html): the action, and for PPO the value and the
log-probability of the action. Beside these are exports of the plain networks, which tell more: logits, Q-values.
"""

import json
import pathlib
import sys

import numpy
import torch
from stable_baselines3 import DQN, PPO

SEED = 1
OBSERVATIONS = 8


class DocumentedPolicy(torch.nn.Module):
    """`OnnxableSB3Policy` of the documentation."""

    def __init__(self, policy):
        super().__init__()
        self.policy = policy

    def forward(self, observation):
        return self.policy(observation, deterministic=True)


class LogitsAndValue(torch.nn.Module):
    def __init__(self, policy):
        super().__init__()
        self.policy = policy

    def forward(self, observation):
        policy = self.policy
        actor, critic = policy.mlp_extractor(policy.extract_features(observation))
        return policy.action_net(actor), policy.value_net(critic)


def export(module, folder, name, **options):
    torch.onnx.export(
        module,
        torch.zeros(1, 4),
        str(folder / f"{name}.onnx"),
        opset_version=17,
        input_names=["input"],
        **options,
    )


def export_ppo(folder, observations):
    model = PPO(
        "MlpPolicy", "CartPole-v1", n_steps=64, seed=SEED, device="cpu", policy_kwargs={"net_arch": [16, 16]}
    )
    model.learn(256)
    # torch.export cannot trace SB3's distributions, the exporter by TorchScript can.
    export(DocumentedPolicy(model.policy), folder, "sb3-ppo-documented", dynamo=False)
    export(LogitsAndValue(model.policy), folder, "sb3-ppo-networks", dynamo=False, output_names=["logits", "value"])
    with torch.no_grad():
        logits, values = LogitsAndValue(model.policy)(observations)
    actions, _ = model.predict(observations.numpy(), deterministic=True)
    return {"actions": actions.tolist(), "logits": logits.tolist(), "values": values.flatten().tolist()}


def export_dqn(folder, observations):
    model = DQN(
        "MlpPolicy", "CartPole-v1", learning_starts=32, seed=SEED, device="cpu", policy_kwargs={"net_arch": [16, 16]}
    )
    model.learn(256)
    export(DocumentedPolicy(model.policy), folder, "sb3-dqn-documented", dynamo=False)
    # The newer exporter; it writes other nodes.
    export(model.policy.q_net, folder, "sb3-dqn-networks", dynamo=True, external_data=False, output_names=["q"])
    with torch.no_grad():
        q_values = model.policy.q_net(observations)
    actions, _ = model.predict(observations.numpy(), deterministic=True)
    return {"actions": actions.tolist(), "qValues": q_values.tolist()}


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    spread = numpy.array([1.0, 1.0, 0.1, 1.0], dtype=numpy.float32)
    drawn = numpy.random.default_rng(SEED).normal(size=(OBSERVATIONS, 4)).astype(numpy.float32) * spread
    observations = torch.from_numpy(drawn)
    expected = {
        "observations": drawn.tolist(),
        "ppo": export_ppo(folder, observations),
        "dqn": export_dqn(folder, observations),
    }
    with open(folder / "sb3-expected.json", "w", encoding="utf8") as file:
        json.dump(expected, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
