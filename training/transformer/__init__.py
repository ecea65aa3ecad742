"""The Dutch transformer encoder and cross-encoder: made ready on a processor, trained on a GPU in pieces that resume."""
