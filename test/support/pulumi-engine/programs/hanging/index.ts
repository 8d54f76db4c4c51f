// Never ends.
setInterval(() => undefined, 1000);
