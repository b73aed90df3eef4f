#!/usr/bin/env python3
"""usage: make_seeds.py TARGET FOLDER

Writes the first inputs of a fuzz target: the small files of tests/fixtures, which PyTorch wrote, as they are and taken apart, and
tiny files made here. Needs nothing but Python's standard library.
"""
import base64
import gzip
import io
import json
import pickle
import shutil
import struct
import sys
import tarfile
import zipfile
import zlib
from collections import OrderedDict
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures"
LARGEST = 8_000


def fixtures(*patterns, largest=LARGEST):
    """Small fixtures, each content once: the same file of several versions of PyTorch adds little."""
    names = set()
    for version in ("torch-2.14.1", "torch-1.13.1", "torch-2.6.0"):
        for pattern in patterns:
            for path in sorted((FIXTURES / version).glob(pattern)):
                if path.suffix != ".json" and path.name not in names and path.stat().st_size <= largest:
                    names.add(path.name)
                    yield path.read_bytes()


def is_zip(data):
    return data[:4] == b"PK\3\4"


def without_checksums(data):
    """The same zip, with 0 for every CRC-32, as PyTorch writes it when its checksums are off: changes then reach the pickle."""
    data = bytearray(data)
    for magic, field in ((b"PK\3\4", 14), (b"PK\1\2", 16), (b"PK\7\x08", 4)):
        at = data.find(magic)
        while at >= 0:
            data[at + field : at + field + 4] = bytes(4)
            at = data.find(magic, at + 4)
    return bytes(data)


def pickles(data):
    """The pickles of a zip; none where its checksums are off."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".pkl")]
        return [archive.read(name) for name in names if archive.getinfo(name).CRC]


def trim(tar):
    """The same tar with one block of zeros at its end, in place of ten thousand bytes."""
    length = len(tar.rstrip(b"\0"))
    return tar[: (length + 511) // 512 * 512] + bytes(512)


def make_zip(records, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in records.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def make_tar(records, form=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in records.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return trim(out.getvalue())


def make_npy(array_type, shape, content, version=1, fortran=False):
    text = repr({"descr": array_type, "fortran_order": fortran, "shape": shape}).encode()
    width = "<H" if version == 1 else "<I"
    padding = -(8 + struct.calcsize(width) + len(text) + 1) % 64
    header = text + b" " * padding + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack(width, len(header)) + header + content


def make_safetensors(header, content):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def leb(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def make_dat(tensors):
    out = leb(len(tensors))
    for name, (dtype, shape, content) in tensors.items():
        out += leb(len(name)) + name.encode() + leb(dtype) + leb(len(shape))
        out += b"".join(leb(size) for size in shape) + content
    return out


class Calls:
    def __reduce__(self):
        return (print, ("hello",))


VALUES = [
    None,
    [True, False, 0, -1, 255, 65536, 1 << 31, -(1 << 63), 1 << 200, 1.5, "text", "\u00e9\u4e2d", b"bytes", bytearray(b"ab")],
    {"a": 1, (1, 2): [3, {4: {5, 6}}], "b": frozenset([7]), 1.0: complex(1, 2)},
    OrderedDict([("x", [[]] * 3), ("y", ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)))]),
    [Calls(), slice(1, 2, 3), range(4), type, print],
]


def plain_pickles():
    for value in VALUES:
        for protocol in range(6):
            yield pickle.dumps(value, protocol)
    loop = []
    loop.append(loop)
    yield pickle.dumps(loop, 2)
    # What pickle.dumps never writes: copyreg's numbers, INST, OBJ, buffers, persistent ids, frames.
    for text in (
        b"\x80\x02\x82\x01)R.",
        b"(icollections\nOrderedDict\n.",
        b"(ccollections\nOrderedDict\no.",
        b"\x80\x05\x97\x98.",
        b"P123\n.",
        b"\x80\x04\x95\x02\0\0\0\0\0\0\0N.",
        b"(lp0\nI1\naL2L\naF1.5\naS'a'\naVb\\u00e9\nag0\na.",
        b"\x80\x02c__builtin__\nbytearray\nK\x04\x85R.",
        b"\x80\x02]q\0(h\0h\0eq\1(h\1h\1e.",
        b"\x80\x02c_codecs\nencode\nX\2\0\0\0ab" + b"X\6\0\0\0latin1\x86R.",
    ):
        yield text


def torch_zips():
    for data in fixtures("*.pt", "*.pth", "*.ckpt"):
        if is_zip(data):
            yield data
    script = sorted(FIXTURES.glob("script-*/*"))
    for path in script:
        if path.suffix != ".json" and path.stat().st_size <= LARGEST and is_zip(path.read_bytes()):
            yield path.read_bytes()
    array = make_npy("<f4", (2,), bytes(8))
    yield make_zip({"a.npy": array, "b.npy": make_npy("|u1", (3,), b"abc")})
    yield make_zip({"a.npy": array}, zipfile.ZIP_DEFLATED)
    yield make_zip({"model.safetensors": next(safetensors())})


def safetensors():
    two = {
        "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        "b.weight": {"dtype": "I64", "shape": [1, 1], "data_offsets": [8, 16]},
        "__metadata__": {"format": "pt", "k": "v"},
    }
    yield make_safetensors(two, bytes(range(16)))
    yield make_safetensors({}, b"")
    for dtype, size in (("BF16", 2), ("F16", 2), ("F64", 8), ("BOOL", 1), ("U8", 1), ("F8_E4M3", 1), ("F8_E5M2", 1), ("I16", 2), ("F4", 1), ("C64", 8)):
        count = 2 if dtype == "F4" else 1
        yield make_safetensors({"t": {"dtype": dtype, "shape": [count], "data_offsets": [0, size]}}, bytes(size))
    yield make_safetensors({"s": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}, "e": {"dtype": "F32", "shape": [0, 3], "data_offsets": [4, 4]}}, bytes(4))
    yield make_safetensors(b'{"\\u0061\\n":{"shape":[1] , "data_offsets":[0,1],"dtype":"U8"}}   ', b"x")


def indices():
    yield json.dumps({"metadata": {"total_size": 28}, "weight_map": {"x": "a.safetensors", "y": "a.safetensors", "z": "b.safetensors"}}).encode()
    yield b'{"weight_map": {"x": "a.safetensors"}, "other": [1, {"a": null}]}'
    yield b' {"metadata": {"total_size": 1e3, "k": "v", "n": [true]}, "weight_map": {}}'
    yield b'{"weight_map": {"x": "missing.bin"}}'
    yield b'{"weight_map": {"\\ud800x": "../a.safetensors"}}'


def tars():
    small = next(fixtures("tensor.pt"))
    yield make_tar({"model.pt": small})
    yield make_tar({"folder/" + "x" * 120: small}, tarfile.PAX_FORMAT)
    yield make_tar({"y" * 120: small})
    yield gzip.compress(make_tar({"model.pt": small}), mtime=0)
    yield gzip.compress(small, mtime=0)


def tar_fixtures():
    yield from (trim(data) for data in fixtures("tar_*", largest=20_000))


def dats():
    yield make_dat({"a": (6, [2], bytes(8)), "b.weight": (4, [1, 2], bytes(16))})
    yield make_dat({"x": (11, [], b"\1"), "y": (15, [3], bytes(6)), "z": (0, [2, 0], b"")})
    yield leb(6) + leb(1) + leb(4) + bytes(16)
    for path in sorted(FIXTURES.glob("**/*.dat")):
        if path.stat().st_size <= LARGEST:
            yield path.read_bytes()


def npys():
    for kind, size in (("<f4", 4), (">f8", 8), ("|b1", 1), ("<c8", 8), ("<i2", 2), ("|u1", 1), (">u4", 4), ("<f2", 2)):
        yield make_npy(kind, (2, 1), bytes(2 * size))
    yield make_npy("<f4", (), bytes(4), version=2)
    yield make_npy("<f4", (2, 3), bytes(24), fortran=True)
    yield make_npy("<f4", (0,), b"", version=3)
    yield make_npy("|O", (1,), pickle.dumps([1]))
    yield make_npy("<U2", (1,), bytes(8))
    yield make_npy([("a", "<f4")], (1,), bytes(4))


def scans():
    evil = b"cposix\nsystem\n(S'true'\ntR."
    yield evil
    yield b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R."
    yield pickle.dumps(pickle.dumps([Calls()]))
    yield base64.b64encode(evil * 3)
    yield evil.hex().encode() * 2
    yield make_zip({"a/data.pkl": evil, "a/data/0": bytes(8), "inner.zip": make_zip({"x": evil})})
    yield gzip.compress(make_tar({"p.pkl": evil}), mtime=0)
    yield zlib.compress(evil * 4)
    yield b"7z\xbc\xaf\x27\x1c" + bytes(20)
    yield make_npy("|O", (1,), evil)
    yield from list(safetensors())[:2]
    yield from list(torch_zips())[:12]
    yield from list(legacies())[:6]
    yield from list(tars())[-2:]
    yield from list(plain_pickles())[::5]


def legacies():
    yield from fixtures("legacy_*")


def recovers():
    for data in [*list(torch_zips())[:10], *list(legacies())[:5], *list(safetensors())[:2]]:
        yield data
        yield data[: len(data) * 2 // 3]
        if is_zip(data):
            yield without_checksums(data)


def torches():
    for data in torch_zips():
        yield data
        yield without_checksums(data)
        yield from pickles(data)


def zips():
    yield from list(torch_zips())[::4]
    yield make_zip({"archive/a": b"abc", "archive/b": b""})
    yield make_zip({"archive/a": b"abc" * 100}, zipfile.ZIP_DEFLATED)
    yield without_checksums(make_zip({"archive/a": b"abc" * 100}, zipfile.ZIP_DEFLATED))
    yield b"PK\5\6" + bytes(18)


SEEDS = {
    "zip": zips,
    "pickle": lambda: [*plain_pickles(), *fixtures("bare_*.pkl")],
    "torch": torches,
    "legacy": legacies,
    "tar": lambda: [*tar_fixtures(), *tars()],
    "safetensors": safetensors,
    "index": indices,
    "dat": dats,
    "npy": npys,
    "scan": scans,
    "recover": recovers,
}


def main():
    target, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    seen = set()
    for data in SEEDS[target]():
        if data not in seen:
            (folder / f"seed-{len(seen):03}").write_bytes(data)
            seen.add(data)
    print(f"{len(seen)} seeds")


main()
