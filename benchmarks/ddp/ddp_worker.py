"""One rank of PyTorch's DistributedDataParallel over gloo: FOLDER RANK SIZE PORT [WORD ...].

Reads "steps N" from the socket of its rank and writes milliseconds a step, as Worker.cs does. The words choose what is PyTorch's to choose.
"""

import datetime
import os
import socket
import sys
import time

import torch
import torch.distributed as dist
from torch import nn

folder, rank, size, port, *words = sys.argv[1:]
rank, size = int(rank), int(size)
torch.set_num_threads(1)
torch.manual_seed(rank)
dist.init_process_group(
    "gloo",
    init_method=f"tcp://127.0.0.1:{port}?use_libuv=0",
    rank=rank,
    world_size=size,
    timeout=datetime.timedelta(hours=1),
)


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for width in [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]:
            if width == 0:
                layers.append(nn.MaxPool2d(2, 2))
            else:
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                channels = width
        self.features = nn.Sequential(*layers, nn.AvgPool2d(1, 1))
        self.classifier = nn.Linear(512, 10)

    def forward(self, images):
        return self.classifier(self.features(images).flatten(1))


net = nn.parallel.DistributedDataParallel(Vgg(), gradient_as_bucket_view="views" in words)
optimizer = torch.optim.SGD(net.parameters(), 0.001, momentum=0.9, weight_decay=5e-4, fused=True if "fused" in words else None)
loss_of = nn.CrossEntropyLoss()
batches = [(torch.randn(32, 3, 32, 32), torch.randint(10, (32,))) for _ in range(8)]
done = 0


def step(times):
    global done
    images, labels = batches[done % len(batches)]
    done += 1
    marks = [time.perf_counter()]
    optimizer.zero_grad(set_to_none="zeros" not in words)
    marks.append(time.perf_counter())
    loss = loss_of(net(images), labels)
    marks.append(time.perf_counter())
    loss.backward()
    marks.append(time.perf_counter())
    optimizer.step()
    marks.append(time.perf_counter())
    for i in range(4):
        times[i] += marks[i + 1] - marks[i]
    return loss


with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(f"{folder}/{rank}")
    with connection.makefile("rw") as talk:
        isa = f"ATen {torch.backends.cpu.get_cpu_capability()}, oneDNN up to {os.environ.get('ONEDNN_MAX_CPU_ISA', 'all')}"
        print(f"PyTorch {torch.__version__} gloo {' '.join(words)} ({isa})", file=talk, flush=True)
        for line in talk:
            count = int(line.split()[1])
            step([0.0] * 4)
            dist.barrier()
            times = [0.0] * 4
            training, everything = time.thread_time(), time.process_time()
            began = time.perf_counter()
            for _ in range(count):
                loss = step(times)
            took = time.perf_counter() - began
            training, everything = time.thread_time() - training, time.process_time() - everything
            zero, forward, backward, update = times
            figures = [took, zero, forward, backward, 0.0, update, training, everything - training]
            print(*(figure * 1000 / count for figure in figures), loss.item(), file=talk, flush=True)
