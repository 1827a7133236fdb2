import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's web server on this host; it records what it receives. */
export class Stranger {
  readonly cookies: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.cookies.push(request.headers.cookie ?? '');
      response.setHeader('Content-Type', 'text/html').end('<title>served by an agent</title>');
    });
  }

  static async start(): Promise<Stranger> {
    const stranger = new Stranger(createServer());
    stranger.server.listen(0, '127.0.0.1');
    await once(stranger.server, 'listening');
    return stranger;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
