from . import network_places
