"""One thread: on busy cores, PyTorch's threads wait for each other far longer than they work."""

import torch

torch.set_num_threads(1)
