"""Writes src/Pth/Security/Lists/weights-only.txt: what torch.load(weights_only=True) of PyTorch 2.14.1 lets a file name.

Run it with that PyTorch; standard output is the file.
"""

import torch
from torch._weights_only_unpickler import _get_allowed_globals

print(f"# What the weights_only unpickler of PyTorch {torch.__version__.split('+')[0]} allows, from its _get_allowed_globals().")
print("# Made by build/weights_only_list.py. Not edited by hand.")
print("\n".join(sorted(_get_allowed_globals())))
