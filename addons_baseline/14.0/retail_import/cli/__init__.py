from . import command
