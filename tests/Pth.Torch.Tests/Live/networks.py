"""Builds networks from the recipes of RandomNetwork.cs. Sees args: the folder that files go to and fro in, and a seed."""

import json

from torch import nn

folder, seed = args[0], int(args[1])
torch.manual_seed(seed)


class Block(nn.Module):
    pass


def build(recipe, leaves):
    kind = recipe["kind"]
    if kind == "layer":
        module = eval(recipe["python"], {"nn": nn, "torch": torch})
        if recipe["input"] is not None:
            leaves.append((module, recipe["input"], recipe["run"]))
        return module
    if kind == "repeated":
        linear = nn.Linear(8, 8)
        return nn.Sequential(linear, nn.Tanh(), linear)
    children = [(name, build(child, leaves)) for name, child in recipe["children"]]
    if kind == "sequential":
        return nn.Sequential(*[child for _, child in children])
    if kind == "list":
        return nn.ModuleList([child for _, child in children])
    if kind == "dict":
        return nn.ModuleDict(dict(children))
    block = Block()
    block.register_buffer("count", torch.tensor(3))
    block.register_buffer("cache", torch.zeros(2), persistent=False)
    block.scale = nn.Parameter(torch.ones(1))
    for name, child in children:
        block.add_module(name, child)
    if recipe["tied"]:
        block.encoder = nn.Embedding(10, 4)
        block.decoder = nn.Linear(4, 10)
        block.decoder.weight = block.encoder.weight
    return block


def change(network):
    for name, tensor in network.state_dict().items():
        if not tensor.is_floating_point():
            tensor.random_(0, 100)
        elif name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        else:
            tensor.normal_(0, 0.3)


def run(leaves, inputs):
    # oneDNN goes wrong on some processors, in each of these versions.
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False):
        return [eval(code, {"m": module, "x": inputs[key]}) for module, key, code in leaves]


inputs = {
    "rows": torch.randn(3, 8),
    "line": torch.randn(2, 4, 12),
    "image": torch.randn(2, 4, 8, 8),
    "volume": torch.randn(2, 4, 4, 4, 4),
    "words": torch.randint(0, 10, (2, 5)),
    "sequence": torch.randn(5, 2, 8),
}
torch.save(inputs, f"{folder}/inputs.pth")
for name, recipe in json.load(open(f"{folder}/recipes.json")).items():
    leaves = []
    network = build(recipe, leaves)
    network.eval()
    # What was saved there, loaded here: the same file again, and the same outputs.
    network.load_state_dict(torch.load(f"{folder}/ours/{name}"))
    torch.save(network.state_dict(), f"{folder}/again/{name}")
    outputs = {"ours": run(leaves, inputs)}
    # What is saved here, to be loaded there.
    change(network)
    torch.save(network.state_dict(), f"{folder}/theirs/{name}")
    outputs["theirs"] = run(leaves, inputs)
    torch.save(outputs, f"{folder}/outputs/{name}")
