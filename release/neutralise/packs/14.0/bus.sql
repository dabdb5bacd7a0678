-- Channels and presence of the people on the source.
DELETE FROM bus_bus;
DELETE FROM bus_presence;
