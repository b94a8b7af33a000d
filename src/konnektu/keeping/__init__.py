"""Keeping: backups that are proven, restores that forget whom they must, upgrades tried beforehand."""
