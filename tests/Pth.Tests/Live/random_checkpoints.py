"""Random checkpoints, the same for one seed and one PyTorch version: what people save, and what they could."""

import collections, random

import torch
from torch import nn

NEEDS_UNTYPED = "uint16 uint32 uint64 complex32 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu".split()
TYPED = "float32 float64 float16 bfloat16 int8 int16 int32 int64 uint8 bool complex64 complex128".split()
WORDS = "weight bias epoch lr running_mean \u00e9t\u00e9 \u4e2d\u6587 \U0001f600 layer conv.0 state".split()


class Builder:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pool = []  # tensors that later ones may be views of
        self.seen = []  # objects that may be met again
        self.names = 0
        names = TYPED + (NEEDS_UNTYPED if hasattr(torch.Tensor, "untyped_storage") else [])
        self.dtypes = [getattr(torch, name) for name in names if hasattr(torch, name)]

    def name(self):
        # Numbered, so that no two paths of a file are the same.
        self.names += 1
        return f"{self.random.choice(WORDS)}_{self.names}"

    def base(self):
        r = self.random
        dtype = r.choice(self.dtypes)
        count = r.choice([0, 1, 2, 3, 7, 16, 33, 100])
        if dtype == torch.bool:
            return torch.tensor([r.random() < 0.5 for _ in range(count)], dtype=torch.bool)
        size = torch.empty(0, dtype=dtype).element_size()
        data = bytearray(r.getrandbits(8) for _ in range(count * size))
        if not data:
            return torch.empty(0, dtype=dtype)
        return torch.frombuffer(data, dtype=torch.uint8).view(dtype)

    def tensor(self):
        r = self.random
        if self.pool and r.random() < 0.3:
            tensor = r.choice(self.pool)
        else:
            tensor = self.base()
            self.pool.append(tensor)
        for _ in range(r.randrange(3)):
            tensor = self.view(tensor)
        kind = r.random()
        can_grad = tensor.is_floating_point() or tensor.is_complex()
        if kind < 0.15:
            return nn.Parameter(tensor, requires_grad=can_grad and r.random() < 0.7)
        # PyTorch cannot load untyped storages of tensors that require gradients.
        if kind < 0.2 and can_grad and str(tensor.dtype)[6:] in TYPED:
            return tensor.detach().requires_grad_()
        if kind < 0.25 and tensor.dtype in (torch.complex64, torch.complex128):
            return tensor.conj()
        if kind < 0.3:
            x = torch.arange(12.0).reshape(3, 4) - r.randrange(5)
            return torch.quantize_per_tensor(x, 0.25 * (1 + r.randrange(3)), r.randrange(3), r.choice([torch.qint8, torch.quint8, torch.qint32]))
        if kind < 0.33:
            x = torch.arange(12.0).reshape(3, 4)
            return torch.quantize_per_channel(x, torch.tensor([0.5, 1.5, 2.0], dtype=torch.float64), torch.tensor([0, 1, 2]), 0, torch.qint8)
        if kind < 0.38:
            return torch.eye(4).mul(r.randrange(1, 9)).to_sparse()
        if kind < 0.4:
            return torch.eye(3).to_sparse_csr()
        if kind < 0.42:
            return torch.empty(2, r.randrange(4), dtype=r.choice([torch.float32, torch.int64]), device="meta")
        return tensor

    def view(self, tensor):
        r = self.random
        kind = r.randrange(7)
        if kind == 0:
            return tensor[r.randrange(tensor.shape[0] + 1) :] if tensor.dim() else tensor.reshape(1)
        if kind == 1 and tensor.dim():
            return tensor[:: r.randrange(1, 4)]
        if kind == 2 and tensor.dim() >= 2:
            return tensor.t() if tensor.dim() == 2 else tensor.transpose(0, -1)
        if kind == 3 and tensor.dim() == 1 and tensor.numel() and tensor.numel() % 2 == 0:
            return tensor.unflatten(0, (2, -1)) if hasattr(tensor, "unflatten") else tensor
        if kind == 4 and tensor.dim() and tensor.shape[0]:
            return tensor[r.randrange(tensor.shape[0])]
        if kind == 5:
            return tensor.unsqueeze(0).expand(r.randrange(1, 4), *tensor.shape)
        return tensor.view(tensor.shape)

    def scalar(self):
        r = self.random
        return r.choice([
            lambda: r.randrange(-300, 300),
            lambda: r.randrange(-(2**33), 2**33),
            lambda: r.getrandbits(r.randrange(1, 400)) * r.choice([1, -1]),
            lambda: r.uniform(-1e6, 1e6),
            lambda: r.choice([0.0, -0.0, float("inf"), 1e-300]),
            lambda: None,
            lambda: r.random() < 0.5,
            lambda: self.name(),
            lambda: "x" * r.choice([0, 1, 255, 256]),
            lambda: r.choice(["\ud800", "a\udfffb"]),
            lambda: bytes(r.getrandbits(8) for _ in range(r.choice([0, 1, 5, 300]))),
            lambda: bytearray(b"array"),
            lambda: complex(r.randrange(5), -1.5),
            lambda: set(range(r.randrange(5))),
            lambda: r.choice([torch.float32, torch.bfloat16, torch.int64]),
            lambda: torch.Size([r.randrange(5), 2]),
            lambda: torch.device(r.choice(["cpu", "cuda:1"])),
            lambda: collections.Counter({self.name(): 2, 7: 1}),
        ])()  # fmt: skip

    def state_dict(self):
        r = self.random
        net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.BatchNorm1d(3), nn.ReLU()), nn.Conv1d(3, 1, 2))
        if r.random() < 0.5:
            net = nn.DataParallel(net)
        for tensor in net.state_dict().values():
            tensor.copy_(torch.arange(tensor.numel()).reshape(tensor.shape) * r.randrange(9))
        return net.state_dict()

    def optimizer(self):
        r = self.random
        net = nn.Linear(2, 2)
        kind = r.choice([torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad])
        optimizer = kind(net.parameters(), lr=0.5, **({"momentum": 0.9} if kind is torch.optim.SGD else {}))
        for parameter in net.parameters():
            parameter.grad = torch.full_like(parameter, float(r.randrange(1, 5)))
        optimizer.step()
        return optimizer.state_dict()

    def value(self, depth):
        r = self.random
        if self.seen and r.random() < 0.08:
            return r.choice(self.seen)
        kind = r.random()
        if depth == 0 or kind < 0.25:
            value = self.scalar()
        elif kind < 0.6:
            value = self.tensor()
        elif kind < 0.64:
            value = self.state_dict()
        elif kind < 0.67:
            value = self.optimizer()
        else:
            count = r.choice([0, 1, 2, 3, 4, 6, 12])
            kind = r.randrange(4)
            if kind == 0:
                value = [self.value(depth - 1) for _ in range(count)]
            elif kind == 1:
                value = tuple(self.value(depth - 1) for _ in range(count))
            else:
                pairs = [(self.name() if r.random() < 0.9 else 1000 + self.names + i, self.value(depth - 1)) for i in range(count)]
                value = dict(pairs) if kind == 2 else collections.OrderedDict(pairs)
        self.seen.append(value)
        return value

    def root(self):
        r = self.random
        kind = r.random()
        if kind < 0.05:
            return self.tensor()
        if kind < 0.1:
            return {i: i for i in range(r.choice([999, 1000, 1001, 2000]))}
        count = r.choice([1, 3, 5, 14])
        return {self.name(): self.value(3) for _ in range(count)}


def build(seed):
    torch.manual_seed(seed)
    return Builder(seed).root()
