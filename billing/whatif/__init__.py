"""What if: scenarios, grids, readings and sweeps beside the agreement."""
