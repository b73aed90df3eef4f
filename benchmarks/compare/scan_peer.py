"""What a scanner of checkpoints in Python does: a task of torch_worker.py, and a program of its own (`scan_peer.py TASK FOLDER`).

genops   the least: the records called data.pkl, and the names that pickletools finds in them.
careful  what scanners on PyPI do: the first bytes of every record, a list of all operations, names looked up through the memo and judged.
dis      `python -m pickletools` on pickles that somebody took out of their archives.
"""
import os
import pickletools
import runpy
import sys
import zipfile

TEXT = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "STRING", "BINSTRING", "SHORT_BINSTRING"}
PUT = {"PUT", "BINPUT", "LONG_BINPUT"}
GET = {"GET", "BINGET", "LONG_BINGET"}
SAFE = {
    "collections": {"OrderedDict"},
    "torch._utils": {"_rebuild_tensor_v2", "_rebuild_parameter"},
    "torch": {"FloatStorage", "HalfStorage", "BFloat16Storage", "LongStorage"},
}
BAD = {"os", "posix", "nt", "subprocess", "sys", "builtins", "__builtin__", "runpy", "socket", "shutil", "pickle", "ctypes"}


def archives(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".pt"):
                yield os.path.join(place, name)


def genops(folder):
    found = set()
    for path in archives(folder):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not name.endswith("data.pkl"):
                    continue
                texts = []
                for operation, argument, _ in pickletools.genops(archive.read(name)):
                    if operation.name in ("GLOBAL", "INST"):
                        found.add(tuple(argument.split(" ", 1)))
                    elif operation.name == "STACK_GLOBAL":
                        found.add(tuple(texts[-2:]))
                    elif operation.name in TEXT:
                        texts.append(argument)
    return found


def judge(name):
    if name[1] in SAFE.get(name[0], ()):
        return "safe"
    return "dangerous" if name[0].split(".")[0] in BAD else "suspicious"


def names_of(stream):
    found, memo, last = set(), {}, b"?"
    while last != b"":
        operations = list(pickletools.genops(stream))
        last = stream.read(1)
        stream.seek(-1, 1)
        for place, (operation, argument, _) in enumerate(operations):
            if operation.name in PUT:
                memo[argument] = operations[place - 1][1]
            elif operation.name == "MEMOIZE":
                memo[len(memo)] = operations[place - 1][1]
            elif operation.name in ("GLOBAL", "INST"):
                found.add(tuple(argument.split(" ", 1)))
            elif operation.name == "STACK_GLOBAL":
                values = []
                for before, value, _ in reversed(operations[:place]):
                    if before.name in PUT or before.name == "MEMOIZE":
                        continue
                    values.append(memo.get(value) if before.name in GET else value)
                    if len(values) == 2:
                        break
                found.add((values[1], values[0]))
    return found


def careful(folder):
    verdicts = {}
    for path in archives(folder):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as record:
                    head = record.read(8)
                if name.endswith(".pkl") or (head[:1] == b"\x80" and head[1:2] <= b"\x05"):
                    with archive.open(name) as record:
                        try:
                            verdicts[path, name] = {judge(found) for found in names_of(record)}
                        except ValueError:
                            # Numbers that begin as a pickle does.
                            verdicts[path, name] = {"broken"}
    return verdicts


def extract(source, target):
    for path in archives(source):
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
            with open(os.path.join(target, os.path.basename(path)[:-3] + ".pkl"), "wb") as file:
                file.write(archive.read(name))


def dis(folder):
    pickles = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    sys.argv = ["pickletools", *pickles]
    runpy.run_module("pickletools", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    {"genops": genops, "careful": careful, "dis": dis}[sys.argv[1]](sys.argv[2])
