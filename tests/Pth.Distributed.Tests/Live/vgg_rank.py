"""
One rank of PyTorch's own DistributedDataParallel with gloo, training VGG16: FOLDER, RANK, RANKS, and the names of trainings. Rank 0 writes NAME.theirs.pth, loads
NAME.ours.pth into a plain network, and writes its logits.
"""

import os, sys

os.environ["USE_LIBUV"] = "0"
os.environ["GLOO_SOCKET_IFNAME"] = "lo"
# As the tests themselves: PyTorch's oneDNN is not to be trusted with AVX-512 everywhere.
os.environ["ONEDNN_MAX_CPU_ISA"] = "AVX2"

import torch
from torch import nn

folder, rank, ranks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)


class Vgg(nn.Module):
    def __init__(self, state):
        super().__init__()
        layers, width = [], 3
        for number in (2, 2, 3, 3, 3):
            for _ in range(number):
                out = state[f"features.{len(layers)}.weight"].shape[0]
                layers += [nn.Conv2d(width, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU(inplace=True)]
                width = out
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(width, 10)

    def forward(self, images):
        return self.classifier(self.features(images).flatten(1))


def network(state):
    net = Vgg(state).to(state["classifier.weight"].dtype)
    return net, net.load_state_dict(state, strict=True)


torch.distributed.init_process_group("gloo", init_method=f"file://{folder}/meet-{sys.argv[4]}", rank=rank, world_size=ranks)
for training in sys.argv[4:]:
    given = torch.load(f"{folder}/{training}.given.pth")
    net, _ = network({key[4:]: value for key, value in given.items() if key.startswith("net.")})
    synchronized = "synchronized" in training
    if not synchronized:
        [layer.eval() for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    # Its SyncBatchNorm is for GPUs only: there one process with the whole batch is the measure.
    trained = net if synchronized else nn.parallel.DistributedDataParallel(net)
    if "SGD" in training:
        optimizer = torch.optim.SGD(trained.parameters(), 0.01 if synchronized else 0.001, momentum=0.9, weight_decay=5e-4)
    else:
        optimizer = torch.optim.Adam(trained.parameters(), 1e-3)
    batch = given["images"].shape[1]
    part = slice(None) if synchronized else slice(rank * batch // ranks, (rank + 1) * batch // ranks)
    if not synchronized or rank == 0:
        for images, labels in zip(given["images"], given["labels"]):
            optimizer.zero_grad()
            nn.functional.cross_entropy(trained(images[part]), labels[part]).backward()
            optimizer.step()
    if rank == 0:
        torch.save(net.state_dict(), f"{folder}/{training}.theirs.pth")
        plain, result = network(torch.load(f"{folder}/{training}.ours.pth"))
        print(f"{training}: {result}")
        plain.eval()
        with torch.no_grad():
            torch.save({"logits": plain(given["images"][0])}, f"{folder}/{training}.logits.pth")
torch.distributed.destroy_process_group()
