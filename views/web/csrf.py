"""Protection against forged requests: every form carries the token of its session."""

from flask_wtf import CSRFProtect

csrf = CSRFProtect()
