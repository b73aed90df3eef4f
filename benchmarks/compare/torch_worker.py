"""The PyTorch side of the comparison: reads one task a line, prepares it and answers `ready` or `skip reason`; at the line
`go` it does the work and answers `done seconds`.

Only the work itself is timed. Whoever drives it looks at this process' peak memory in between.
"""
import gc
import os
import sys
import time
from collections import OrderedDict

import torch

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
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

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


TASKS = {
    "save": save,
    "save-synced": save_synced,
    "load": load_fresh,
    "map": load_mapped,
    "rename": rename,
}


print("ready", torch.__version__, flush=True)
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
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print("done", seconds, flush=True)
    del result
    gc.collect()
