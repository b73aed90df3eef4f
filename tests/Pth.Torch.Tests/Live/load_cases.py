"""What Module.load_state_dict of this PyTorch makes of odd state dicts. args: the folder.

For each case: NAME.pth is the state dict, and a line of JSON has what came of it. NET.initial.pth is what the network began with.
"""

import collections, hashlib, json, os

from torch import nn

folder = args[0]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.bn = nn.BatchNorm2d(2)
        self.inner = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 3, bias=False))
        self.register_buffer("scale", torch.tensor(2.5))
        self.register_buffer("hidden", torch.ones(2), persistent=False)


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 4))
        self.bias = nn.Parameter(torch.zeros(8))


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 2, bias=False)
        self.second = nn.Linear(2, 2, bias=False)
        self.second.weight = self.first.weight


class Typed(nn.Module):
    """A parameter of every type that TorchSharp has."""

    def __init__(self):
        super().__init__()
        for dtype in TYPES:
            name = "t_" + str(dtype).removeprefix("torch.")
            self.register_parameter(name, nn.Parameter(torch.zeros(2, 3, dtype=dtype), requires_grad=False))


TYPES = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64,
         torch.complex64, torch.complex128, torch.bool, torch.bfloat16]
NETS = {
    "net": Net,
    "wide": Wide,
    "tied": Tied,
    "typed": Typed,
    "instance": lambda: nn.Sequential(collections.OrderedDict(norm=nn.InstanceNorm2d(2, affine=True))),
}

cases = []


def case(name, net="net", **options):
    def add(change):
        cases.append((name, net, change, options))
        return change
    return add


def edited(name, net="net", strict=(True, False), **edits):
    """Edits: key to value, or to None to leave it out; __ stands for a dot."""
    for s in strict:
        @case(name + ("" if s else "-loose"), net, strict=s)
        def change(sd, edits=edits):
            for key, value in edits.items():
                key = key.replace("__", ".")
                if value is LEFT_OUT:
                    del sd[key]
                else:
                    sd[key] = value
            return sd


LEFT_OUT = object()
ones = torch.ones
edited("whole")
edited("missing", conv__bias=LEFT_OUT, inner__0__weight=LEFT_OUT, scale=LEFT_OUT, bn__weight=LEFT_OUT)
edited("unexpected", x=ones(1), conv__y=ones(1), inner__9__weight=ones(1), inner__1__z=ones(1), hidden=ones(2), head__weight=ones(1),
       inner__w=ones(1))
if torch.__version__ >= "2":
    # PyTorch 1 passes over names that go on behind a tensor.
    edited("behind-a-tensor", inner__0__weight__more=ones(1))
edited("extra-state", _extra_state=ones(1), conv___extra_state=3, a=ones(1), inner___extra_state=ones(1))
edited("both", conv__bias=LEFT_OUT, conv__bais=ones(2), conv__weight=ones(2, 2), inner__0__bias=ones(3))
edited("not-tensors", conv__bias=3, conv__weight="x", bn__weight=None, bn__bias=[1.0], inner__0__weight=(1,), inner__0__bias={},
       inner__2__weight=2.5, scale=True, bn__running_mean=collections.OrderedDict(), bn__running_var=b"x")
edited("one-into-scalar", scale=ones(1) * 7)
edited("scalar-into-one", "wide", bias=torch.tensor(3.0))
edited("no-broadcast", "wide", weight=ones(4), bias=ones(1))
edited("smaller", "wide", weight=ones(4, 4))
edited("same-count", "wide", weight=ones(4, 8))
edited("larger", "wide", weight=ones(9, 4), bias=ones(9))
edited("other-rank", "wide", weight=ones(8, 4, 1), bias=ones(1, 8))
edited("empty", "wide", weight=ones(0, 4), bias=ones(0))
edited("transposed", "wide", weight=torch.arange(32.0).reshape(4, 8).t(), bias=torch.arange(16.0)[::2])
edited("expanded", "wide", weight=torch.arange(4.0).expand(8, 4), bias=torch.tensor(2.0).expand(8))
edited("offset", "wide", weight=torch.arange(64.0).reshape(16, 4)[3:11], bias=torch.arange(20.0)[7:15])
edited("channels-last", conv__weight=torch.arange(18.0).reshape(2, 1, 3, 3).to(memory_format=torch.channels_last))
edited("parameters", conv__weight=nn.Parameter(ones(2, 1, 3, 3)), conv__bias=nn.Parameter(ones(2)))
edited("sparse", "wide", weight=ones(8, 4).to_sparse())
edited("quantized", "wide", weight=torch.quantize_per_tensor(ones(8, 4), 0.1, 0, torch.qint8))
edited("meta", "wide", weight=torch.empty(8, 4, device="meta"))
edited("tied-differ", "tied", second__weight=torch.full((2, 2), 5.0))

for source in TYPES:
    @case("type-" + str(source).removeprefix("torch."), "typed")
    def change(sd, source=source):
        data = torch.tensor([[0, 1, 2], [3, 100, 7]]).to(source)
        if source.is_floating_point:
            data = torch.tensor([[0.1, 1e5, 2.5], [3.7, 100.3, 1e-7]]).to(source)
        # Out of range is undefined for integers, and we refuse to lose imaginary parts.
        for key, value in sd.items():
            if source.is_complex and not value.dtype.is_complex:
                continue
            if source.is_floating_point and not value.dtype.is_floating_point and not value.dtype.is_complex:
                continue
            sd[key] = data
        return sd


@case("plain-dict")
def change(sd):
    return dict(sd)


@case("old-batch-norm")
def change(sd):
    del sd["bn.num_batches_tracked"]
    sd._metadata["bn"]["version"] = 1
    return sd


@case("new-batch-norm")
def change(sd):
    del sd["bn.num_batches_tracked"]
    return sd


@case("plain-batch-norm")
def change(sd):
    sd = dict(sd)
    del sd["bn.num_batches_tracked"]
    return sd


@case("old-instance-norm", "instance")
def change(sd):
    sd = dict(sd)
    sd["norm.running_mean"], sd["norm.running_var"] = ones(2), ones(2)
    return sd


@case("instance-norm", "instance")
def change(sd):
    sd["norm.running_mean"] = ones(2)
    return sd


def numbers(net):
    generator = torch.Generator().manual_seed(5)
    for tensor in net.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape, generator=generator))
    return net


def hashes(net):
    return {key: hashlib.sha256(golden.element_bytes(tensor)).hexdigest() for key, tensor in net.state_dict().items()}


for name, net in NETS.items():
    torch.save(numbers(net()).state_dict(), os.path.join(folder, name + ".initial.pth"))
for name, net, change, options in cases:
    donor = NETS[net]()
    state = donor.state_dict()
    for index, tensor in enumerate(state.values()):
        if tensor.is_floating_point():
            tensor.fill_(index + 0.5)
    state = change(state)
    torch.save(state, os.path.join(folder, name + ".pth"))
    target = numbers(NETS[net]())
    line = {"case": name, "net": net, "strict": options.get("strict", True)}
    try:
        found = target.load_state_dict(state, **options)
        line.update(missing=found.missing_keys, unexpected=found.unexpected_keys, text=str(found), hashes=hashes(target))
    except RuntimeError as error:
        line["error"] = str(error)
    print(json.dumps(line))
