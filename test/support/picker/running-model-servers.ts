import { ModelServer } from './model-server';

const running: ModelServer[] = [];

/** A model server that `closeModelServers` ends, unless it was ended before. */
export async function modelServer(): Promise<ModelServer> {
  const server = await ModelServer.start();
  running.push(server);
  return server;
}

/** Ends every model server that a test started. */
export async function closeModelServers(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}
