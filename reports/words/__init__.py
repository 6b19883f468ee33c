"""What papers and screens say: one sentence per fact, in Swedish."""
