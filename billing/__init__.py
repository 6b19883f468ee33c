"""The arithmetic of betalningsansvar: frames in, frames out."""
