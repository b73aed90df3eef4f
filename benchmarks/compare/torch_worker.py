"""The PyTorch side of the comparison: reads one task a line, prepares it and answers `ready` or `skip reason`; at the line
`go` it does the work and answers `done seconds`.

Only the work itself is timed. Whoever drives it looks at this process' peak memory in between.
"""
import gc
import json
import os
import re
import sys
import time
from collections import OrderedDict

import torch

import scan_peer

try:
    import safetensors
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    LIBRARIES = f", safetensors {safetensors.__version__}"
except ImportError:
    LIBRARIES = ""

VERSION = tuple(int(part) for part in torch.__version__.split("+")[0].replace("a0", "").split(".")[:2])
held = {}


def vgg16():
    """The shapes of VGG16 (ImageNet): 32 float32 tensors, 553 MB."""
    generator = torch.Generator().manual_seed(0)
    state, channels, position = OrderedDict(), 3, 0
    for width in [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]:
        if width == "M":
            position += 1
            continue
        state[f"features.{position}.weight"] = torch.randn(width, channels, 3, 3, generator=generator)
        state[f"features.{position}.bias"] = torch.randn(width, generator=generator)
        channels, position = width, position + 2
    for position, (inputs, outputs) in zip([0, 3, 6], [(25088, 4096), (4096, 4096), (4096, 1000)]):
        state[f"classifier.{position}.weight"] = torch.randn(outputs, inputs, generator=generator)
        state[f"classifier.{position}.bias"] = torch.randn(outputs, generator=generator)
    return state


def small(count):
    """Many tensors of four floats."""
    return OrderedDict((f"layers.{i}.weight", torch.full((2, 2), float(i))) for i in range(count))


def state_of(name):
    if name not in held:
        held.clear()
        gc.collect()
        held[name] = vgg16() if name == "vgg16" else small(int(name))
    return held[name]


def load(path, **options):
    if VERSION >= (1, 13):
        options["weights_only"] = True
    return torch.load(path, **options)


def save(name, path):
    state = state_of(name)
    return lambda: torch.save(state, path)


def save_synced(name, path):
    state = state_of(name)

    def work():
        torch.save(state, path)
        sync(path)

    return work


def load_fresh(path):
    held.clear()
    return lambda: load(path)


def load_mapped(path):
    held.clear()
    if VERSION < (2, 1):
        return "PyTorch maps files from 2.1 on"
    return lambda: load(path, mmap=True)


def rename(source, target):
    """What people write: load, rename, save."""
    held.clear()

    def work():
        state = load(source)
        renamed = OrderedDict(("module." + key, value) for key, value in state.items())
        torch.save(renamed, target)

    return work


def make(kind, name, path):
    """Writes what the others read: not measured."""
    state = state_of(name)
    if kind == "legacy":
        return lambda: torch.save(state, path, _use_new_zipfile_serialization=False)
    if kind == "safetensors":
        return lambda: save_file(state, path, metadata={"format": "pt"})
    return lambda: make_shards(int(name), path)


def make_shards(count, folder, shards=50):
    """Files as Hugging Face splits them, of tensors of 64 x 64 floats, and their index."""
    os.makedirs(folder, exist_ok=True)
    owners, each = {}, count // shards
    for shard in range(shards):
        file = f"model-{shard + 1:05d}-of-{shards:05d}.safetensors"
        state = {f"layers.{i}.weight": torch.randn(64, 64) for i in range(shard * each, (shard + 1) * each)}
        save_file(state, os.path.join(folder, file), metadata={"format": "pt"})
        owners.update(dict.fromkeys(state, file))
    with open(os.path.join(folder, "model.safetensors.index.json"), "w") as index:
        json.dump({"metadata": {"total_size": count * 64 * 64 * 4}, "weight_map": owners}, index)


def scan_make(count, folder):
    """Checkpoints of 1 MB, of 10 to 30 tensors. Not measured."""
    generator = torch.Generator().manual_seed(0)
    os.makedirs(folder, exist_ok=True)

    def work():
        for number in range(int(count)):
            layers = 5 + number % 11
            width = int((1_000_000 / 4 / layers) ** 0.5)
            state = OrderedDict()
            for layer in range(layers):
                state[f"features.{layer}.weight"] = torch.randn(width, width, generator=generator)
                state[f"features.{layer}.bias"] = torch.randn(width, generator=generator)
            torch.save(state, os.path.join(folder, f"model_{number:04d}.pt"))

    return work


def scan_extract(source, target):
    """The pickles of checkpoints. Not measured."""
    os.makedirs(target, exist_ok=True)
    return lambda: scan_peer.extract(source, target)


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def convert(source, target):
    held.clear()
    return lambda: save_file(load(source, mmap=True), target, metadata={"format": "pt"})


def convert_synced(source, target):
    work = convert(source, target)

    def synced():
        work()
        sync(target)

    return synced


def to_bfloat16(name, path):
    state = state_of(name)
    return lambda: torch.save(OrderedDict((k, v.to(torch.bfloat16)) for k, v in state.items()), path)


def described(path):
    with safe_open(path, framework="pt") as file:
        slices = {name: file.get_slice(name) for name in file.keys()}
        return {name: (one.get_shape(), one.get_dtype()) for name, one in slices.items()}


def safetensors_open(path):
    held.clear()
    return lambda: described(path)


def safetensors_map(path):
    held.clear()
    return lambda: load_file(path)


def safetensors_sum(path):
    held.clear()
    return lambda: sum(float(tensor.sum()) for tensor in load_file(path).values())


def own(path):
    """load_file maps the file and reads nothing: clone does."""
    return {name: tensor.clone() for name, tensor in load_file(path).items()}


def safetensors_load(path):
    held.clear()
    return lambda: own(path)


def of_shards(folder, read):
    held.clear()

    def work():
        with open(os.path.join(folder, "model.safetensors.index.json")) as index:
            owners = json.load(index)["weight_map"]
        state = {}
        for file in sorted(set(owners.values())):
            state.update(read(os.path.join(folder, file)))
        assert state.keys() == owners.keys()
        return state

    return work


def vgg16_module():
    """A network with the tensors of vgg16()."""
    root = torch.nn.Module()
    for name, shape in [(name, tensor.shape) for name, tensor in vgg16().items()]:
        module = root
        *path, last = name.split(".")
        for part in path:
            if part not in module._modules:
                module.add_module(part, torch.nn.Module())
            module = module._modules[part]
        module.register_parameter(last, torch.nn.Parameter(torch.rand(shape)))
    return root


def module():
    if "module" not in held:
        held.clear()
        gc.collect()
        held["module"] = vgg16_module()
    return held["module"]


def module_load(path):
    net = module()
    return lambda: net.load_state_dict(load(path))


def module_save(path):
    net = module()
    return lambda: torch.save(net.state_dict(), path)


def module_save_synced(path):
    net = module()

    def work():
        torch.save(net.state_dict(), path)
        sync(path)

    return work


def module_assign(path):
    net = module()
    return lambda: net.load_state_dict(load(path, mmap=True), assign=True)


TASKS = {
    "module-load": module_load,
    "module-assign": module_assign,
    "module-save": module_save,
    "module-save-synced": module_save_synced,
    "make": make,
    "scan-make": scan_make,
    "scan-extract": scan_extract,
    "scan-genops": lambda folder: lambda: scan_peer.genops(folder),
    "scan": lambda folder: lambda: scan_peer.careful(folder),
    "convert": convert,
    "convert-synced": convert_synced,
    "to-bfloat16": to_bfloat16,
    "st-open": safetensors_open,
    "st-map": safetensors_map,
    "st-sum": safetensors_sum,
    "st-load": safetensors_load,
    "shards-open": lambda folder: of_shards(folder, described),
    "shards-load": lambda folder: of_shards(folder, own),
    "save": save,
    "save-synced": save_synced,
    "load": load_fresh,
    "map": load_mapped,
    "rename": rename,
}


# What takes less than a millisecond is done many times in one measurement.
REPEATED = {"st-open": 200, "st-map": 200, "map": 200}

torch.set_num_threads(os.cpu_count())
CAPABILITY = re.search(r"CPU capability usage: (.*)", torch.__config__.show())
print("ready", f"{torch.__version__}, {CAPABILITY[1] if CAPABILITY else '?'}, {torch.get_num_threads()} threads{LIBRARIES}", flush=True)
for line in sys.stdin:
    task, *arguments = line.rstrip("\n").split("\t")
    if task == "quit":
        break
    work = TASKS[task](*arguments)
    if isinstance(work, str):
        print("skip", work, flush=True)
        continue
    gc.collect()
    print("ready", flush=True)
    sys.stdin.readline()
    times = REPEATED.get(task, 1)
    start = time.perf_counter()
    for _ in range(times):
        result = work()
    seconds = (time.perf_counter() - start) / times
    print("done", seconds, flush=True)
    del result
    gc.collect()
