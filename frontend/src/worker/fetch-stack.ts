// How tus sends its requests where there is no XMLHttpRequest: the service worker has only fetch.
import type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";

class FetchRequest implements HttpRequest {
  private readonly headers = new Map<string, string>();
  private readonly stop = new AbortController();
  private progress: (sent: number) => void = () => undefined;

  constructor(
    private readonly method: string,
    private readonly url: string,
  ) {}

  getMethod(): string {
    return this.method;
  }

  getURL(): string {
    return this.url;
  }

  setHeader(name: string, value: string): void {
    this.headers.set(name, value);
  }

  getHeader(name: string): string | undefined {
    return this.headers.get(name);
  }

  setProgressHandler(handler: (sent: number) => void): void {
    this.progress = handler;
  }

  async send(body: Blob | null = null): Promise<HttpResponse> {
    const answer = await fetch(this.url, {
      method: this.method,
      headers: Object.fromEntries(this.headers),
      body: body ?? null,
      credentials: "same-origin",
      cache: "no-store",
      signal: this.stop.signal,
    });
    this.progress(body?.size ?? 0); // fetch tells nothing in between
    const text = await answer.text();
    return {
      getStatus: () => answer.status,
      getHeader: (name) => answer.headers.get(name) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => answer,
    };
  }

  abort(): Promise<void> {
    this.stop.abort();
    return Promise.resolve();
  }

  getUnderlyingObject(): undefined {
    return undefined;
  }
}

export const fetchStack: HttpStack = {
  createRequest: (method, url) => new FetchRequest(method, url),
  getName: () => "fetch",
};
