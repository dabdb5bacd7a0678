from . import refusal
