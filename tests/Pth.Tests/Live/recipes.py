"""Builds the objects that RandomCheckpoint.cs describes, so that torch.save can write the same.

A node is null, true, false or [kind, id, ...]; ["ref", id] is an object that was built before. Texts are UTF-16 in hex, so that
each is an object of its own as it is there.
"""

import collections, struct

import torch
from torch import nn


class Builder:
    def __init__(self, storages):
        self.known = {}
        self.bases = [self.base(*storage) for storage in storages]

    def base(self, dtype, data):
        dtype = getattr(torch, dtype)
        data = bytearray.fromhex(data)
        return torch.frombuffer(data, dtype=torch.uint8).view(dtype) if data else torch.empty(0, dtype=dtype)

    def build(self, node):
        if node is None or isinstance(node, bool):
            return node
        if node[0] == "ref":
            return self.known[node[1]]
        value = getattr(self, node[0])(*node[2:])
        self.known[node[1]] = value
        return value

    def int(self, text):
        return int(text)

    def float(self, bits):
        return struct.unpack(">d", bytes.fromhex(bits))[0]

    def str(self, text):
        return bytes.fromhex(text).decode("utf-16-be", "surrogatepass")

    def bytes(self, data):
        return bytes.fromhex(data)

    def bytearray(self, data):
        return bytearray.fromhex(data)

    def complex(self, real, imaginary):
        return complex(self.float(real), self.float(imaginary))

    def list(self, items):
        return [self.build(item) for item in items]

    def tuple(self, items):
        return tuple([self.build(item) for item in items])

    def set(self, items):
        return set(items)

    def dict(self, items):
        return {self.build(key): self.build(value) for key, value in items}

    def odict(self, items, metadata=None):
        result = collections.OrderedDict((self.build(key), self.build(value)) for key, value in items)
        if metadata is not None:
            result._metadata = self.build(metadata)
        return result

    def counter(self, items):
        return collections.Counter(self.dict(items))

    def dtype(self, name):
        return getattr(torch, name)

    def size(self, sizes):
        return torch.Size(sizes)

    def device(self, *arguments):
        return torch.device(*arguments)

    def tensor(self, storage, shape, stride, offset, requires_grad=False, parameter=False, conj=False):
        tensor = self.bases[storage].as_strided(shape, stride, offset)
        if conj:
            tensor = tensor.conj()
        return nn.Parameter(tensor, requires_grad=requires_grad) if parameter else tensor.requires_grad_(requires_grad)

    def meta(self, dtype, shape, stride):
        return torch.empty_strided(shape, stride, dtype=getattr(torch, dtype), device="meta")

    def qtensor(self, storage, shape, scale, zero_point):
        integers = self.bases[storage].reshape(shape)
        return torch._make_per_tensor_quantized_tensor(integers, scale, zero_point)

    def qchannel(self, storage, shape, scales, zero_points, axis):
        scales, zero_points = torch.tensor(scales, dtype=torch.float64), torch.tensor(zero_points)
        return torch._make_per_channel_quantized_tensor(self.bases[storage].reshape(shape), scales, zero_points, axis)

    def coo(self, indices, values, shape, coalesced):
        tensor = torch.sparse_coo_tensor(self.build(indices), self.build(values), shape)
        return tensor._coalesced_(coalesced)

    def csr(self, crow, col, values, shape):
        return torch.sparse_csr_tensor(self.build(crow), self.build(col), self.build(values), shape)


def build(recipe):
    builder = Builder(recipe["storages"])
    return builder.build(recipe["root"])
