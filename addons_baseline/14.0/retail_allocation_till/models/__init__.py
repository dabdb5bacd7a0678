from . import channel
