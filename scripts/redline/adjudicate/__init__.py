"""From raters to gold: mentions, differences, decisions and their merge."""
