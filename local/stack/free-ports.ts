import { createServer } from 'node:net';

const stackPorts = 8;

/** A base port whose stack of ports is free at this moment, away from where `npm start` runs by default. */
export async function freeBasePort(from = 18_700): Promise<number> {
  for (let base = from + Math.floor(Math.random() * 2_000) * stackPorts; base < 65_000; base += stackPorts) {
    const tries = await Promise.all(Array.from({ length: stackPorts }, (_, index) => isFree(base + index)));
    if (tries.every(Boolean)) return base;
  }
  return freeBasePort(from);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
