"""Drawn surveys on which every interval and test of the pages is held to what it promises."""
