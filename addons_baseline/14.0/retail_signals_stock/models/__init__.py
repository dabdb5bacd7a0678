from . import day
