"""Moderation of comments. The listener of `counting` belongs to the tables, whoever changes them."""

from domain.moderation import counting as counting
