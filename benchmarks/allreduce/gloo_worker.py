"""One of two ranks of PyTorch's gloo. Rank 0 reads "BYTES TIMES" a line and writes the seconds of one all-reduce."""

import datetime
import sys
import time

import torch
import torch.distributed as dist

rank, port = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(1)
dist.init_process_group(
    "gloo", init_method=f"tcp://127.0.0.1:{port}?use_libuv=0", rank=rank, world_size=2, timeout=datetime.timedelta(hours=1)
)
if rank == 0:
    print("= PyTorch", torch.__version__, "gloo", flush=True)
while True:
    command = torch.zeros(2, dtype=torch.int64)
    if rank == 0:
        words = sys.stdin.readline().split()
        if words:
            command = torch.tensor([int(word) for word in words])
    dist.broadcast(command, 0)
    size, times = command.tolist()
    if times == 0:
        break
    values = torch.full((size // 4,), float(rank + 1))
    dist.all_reduce(values)
    assert values[-1].item() == 3
    dist.barrier()
    began = time.perf_counter()
    for _ in range(times):
        dist.all_reduce(values)
    took = (time.perf_counter() - began) / times
    if rank == 0:
        print("=", took, flush=True)
