"""Measures of the real program, each in a data folder of its own; what is right or wrong is the tests' business."""
