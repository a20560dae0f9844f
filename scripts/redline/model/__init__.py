"""Processes on models: training, labelling, scoring, the leaderboard."""
