"""The modules of LiveSaveTests.cs. Sees args: the folder that files go to and fro in, and "old" for a PyTorch without mmap."""

from torch import nn

folder, old = args[0], args[1] == "old"


class Views(nn.Module):
    def __init__(self):
        super().__init__()
        base = torch.arange(12.0).reshape(3, 4)
        self.turned = nn.Parameter(base.t())
        self.register_buffer("row", base[1])
        self.register_buffer("column", base[:, 2])
        self.register_buffer("wide", torch.ones(1).expand(4))
        self.register_buffer("last", torch.arange(24.0).reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last))
        self.register_buffer("none", torch.zeros(0, 3))
        self.register_buffer("numbers", torch.quantize_per_tensor(torch.tensor([-1.0, 0.0, 2.0]), 0.5, 10, torch.quint8))
        numbers = torch.complex(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]))
        self.register_buffer("waves", numbers)
        if not old:
            self.register_buffer("turned_waves", numbers.conj())


def count(start):
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.arange(tensor.numel(), dtype=tensor.dtype).reshape(tensor.shape) + start)
    return network


torch.save(Views().state_dict(), f"{folder}/theirs/views.pth")
checkpoint = {
    "epoch": 3,
    "best": 0.25,
    "model": count(0).state_dict(),
    "ema": count(100).state_dict(),
    "history": [1.5, None, True, "text"],
    "optimizer": {"state": {0: {"step": torch.tensor(5.0)}}, "param_groups": [{"lr": 0.1, "betas": (0.9, 0.999), "params": [0, 1]}]},
}
torch.save(checkpoint, f"{folder}/theirs/checkpoint.pth")

theirs = torch.load(f"{folder}/theirs/views.pth")
for way in [{}] if old else [{"weights_only": True}, {"weights_only": True, "mmap": True}]:
    ours = torch.load(f"{folder}/ours/views.pth", **way)
    assert list(ours) == list(theirs) and type(ours) is type(theirs) and ours._metadata == theirs._metadata
    for name, tensor in theirs.items():
        assert tensor.stride() == ours[name].stride() and not ours[name].requires_grad, name
        assert torch.equal(tensor, ours[name]), name
    # Tied before, tied after.
    assert ours["row"].data_ptr() == ours["turned"].data_ptr() + 16

sparse = torch.load(f"{folder}/ours/sparse.pth")["edges"]
assert torch.equal(sparse.to_dense(), torch.tensor([[0.0, 5.0], [0.0, 0.0]]))
nothing = torch.load(f"{folder}/ours/meta.pth")["weight"]
assert nothing.is_meta and nothing.shape == (2, 3)
