"""The recipe that makes the files in `moderation/scoring/weights/`; needs torch, which the engine itself never does."""
