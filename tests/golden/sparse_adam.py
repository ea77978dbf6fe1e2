"""Reference values for lazy Adam: a table under torch.optim.SparseAdam, whose batches touch some rows each.

Writes sparse_adam.json beside itself. Made with torch 1.13.
"""

import json
import pathlib

import torch

ROWS, WIDTH, STEPS = 9, 5, 12


def main():
    generator = torch.Generator().manual_seed(11)
    start = torch.randn(ROWS, WIDTH, generator=generator)
    weight = start.clone().requires_grad_()
    optimiser = torch.optim.SparseAdam([weight], lr=0.05)
    steps = []
    for _ in range(STEPS):
        # Rows of an uncoalesced gradient come in any order, and more than once.
        rows = torch.randint(1, ROWS, (4,), generator=generator)
        values = torch.randn(4, WIDTH, generator=generator)
        weight.grad = torch.sparse_coo_tensor(rows[None], values, (ROWS, WIDTH))
        optimiser.step()
        steps.append({"rows": rows.tolist(), "values": values.flatten().tolist(),
                      "weight": weight.detach().flatten().tolist()})
    result = {"start": start.flatten().tolist(), "steps": steps}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")


main()
