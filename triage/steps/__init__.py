"""What we do: one file a step, one function each that the command line calls. A step never imports another."""
