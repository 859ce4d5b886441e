"""The sides: each makes the outputs of a job from the bytes of one picture."""
