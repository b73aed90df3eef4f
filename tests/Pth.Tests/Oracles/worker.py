"""Runs Python of a test inside a real PyTorch. Import takes a second or two, so one process answers many tests.

A line of JSON comes in, {"code": "...", "args": ["..."]}; a line goes out, {"out": what it printed} or {"error": traceback}.
The code sees `args`, `torch` and `golden`.
"""

import contextlib, io, json, os, sys, traceback, warnings

# Libraries chatter on descriptor 1, so replies get one of their own.
replies = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
warnings.simplefilter("ignore")

import torch

import golden


def reply(message):
    replies.write(json.dumps(message) + "\n")
    replies.flush()


torch.set_num_threads(1)
reply({"out": torch.__version__})
for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"):
    request = json.loads(line)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(request["code"], "<test>", "exec"), {"args": request["args"], "torch": torch, "golden": golden})
        reply({"out": printed.getvalue()})
    except BaseException:
        reply({"error": traceback.format_exc()})
