"""Training: recipes in, model files out. The only floor that imports PyTorch."""
