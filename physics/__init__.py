"""The models: discharge, dispersion, harm, and the process behind them. Knows no plant, tag or HTTP."""
