/** As much of a browser as a log-in needs: keeps cookies by host, follows redirects, says where a request is from. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** The value of a cookie, as anybody could steal it; undefined where there is none. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  plant(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  /** One request, redirects not followed. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** Follows redirects to where they end; answers that and the last address. */
  async visit(url: string, init: RequestInit = {}): Promise<{ readonly url: string; readonly response: Response }> {
    let [at, response] = [url, await this.send(url, init)];
    for (let hops = 0; response.status >= 300 && response.status < 400; hops += 1) {
      if (hops > 10) throw new Error(`too many redirects at ${at}`);
      at = new URL(response.headers.get('location') ?? '', at).href;
      await response.arrayBuffer();
      response = await this.send(at);
    }
    return { url: at, response };
  }

  /** Logs in at the local provider as one of its people; answers where the browser came out. */
  async logIn(consoleUrl: string, person: string, returnTo = '/api/me') {
    const { url } = await this.visit(`${consoleUrl}/auth/login?${new URLSearchParams({ returnTo })}`);
    return this.visit(url, { method: 'POST', body: new URLSearchParams({ person }) });
  }

  /** A change as the console's own page makes it. */
  change(url: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
    const own = { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin', 'x-curfew-csrf': '1' };
    return this.send(url, { method: 'POST', body: JSON.stringify(body), headers: { ...own, ...headers } });
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const isDropped = value === '' || attributes.some((one) => /^max-age=0$/i.test(one));
    if (isDropped) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
