import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type BreakableProxy = {
  readonly url: string;
  /** The next time the client sends this text, the server still gets it, but its answer never arrives. */
  loseAnswerTo(text: string): void;
  /** Connections open now go deaf and dumb, as after a frozen instance wakes: no error, no answer. */
  silence(): void;
  close(): Promise<void>;
};

/** A database's address with a network in between that fails as told. */
export async function breakableProxy(databaseUrl: string): Promise<BreakableProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<{ client: Socket; server: Socket; isSilent: boolean; isLost: boolean }>();
  let fatalText: string | undefined;
  const proxy = createServer((client) => {
    const pair = { client, server: connect(Number(target.port), target.hostname), isSilent: false, isLost: false };
    pairs.add(pair);
    client.on('data', (bytes) => {
      if (pair.isSilent) return;
      if (fatalText !== undefined && bytes.includes(fatalText)) {
        fatalText = undefined;
        pair.isLost = true;
      }
      pair.server.write(bytes);
    });
    pair.server.on('data', (bytes) => {
      if (pair.isLost) client.destroy();
      else if (!pair.isSilent) client.write(bytes);
    });
    for (const [end, other] of [
      [client, pair.server],
      [pair.server, client],
    ] as const) {
      end.on('error', () => undefined);
      end.on('close', () => other.destroy());
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);

  return {
    url: url.href,
    loseAnswerTo: (text) => {
      fatalText = text;
    },
    silence: () => {
      for (const pair of pairs) pair.isSilent = true;
    },
    close: async () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
