// Requests of the grid: JSON both ways, and a refusal as a sentence.

export class Refused extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, sentence: string, body: Readonly<Record<string, unknown>> = {}) {
    super(sentence);
    this.status = status;
    this.body = body;
  }
}

const SENTENCES: Readonly<Record<number, string>> = {
  401: "登录已过期，请在新窗口登录后再试。",
  403: "您不能这样做。",
  404: "没有找到，可能已被删除或不在您的查看范围内。",
  413: "文件太大。",
  429: "操作太频繁，请稍等一会儿。",
};

export class Transport {
  private readonly csrf: string;

  constructor(csrf: string) {
    this.csrf = csrf;
  }

  async get<T>(url: string, signal?: AbortSignal): Promise<T> {
    const answer = await fetch(url, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      ...(signal ? { signal } : {}),
    });
    return this.read<T>(answer);
  }

  async html(url: string, signal?: AbortSignal): Promise<string> {
    const answer = await fetch(url, {
      credentials: "same-origin",
      headers: { Accept: "text/html" },
      ...(signal ? { signal } : {}),
    });
    if (answer.redirected && new URL(answer.url).pathname === "/login") throw expired();
    if (!answer.ok) throw new Refused(answer.status, sentenceOf(answer.status));
    return answer.text();
  }

  async post<T>(url: string, body: unknown): Promise<T> {
    const file = body instanceof FormData;
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": this.csrf,
        ...(file ? {} : { "Content-Type": "application/json" }),
      },
      body: file ? body : JSON.stringify(body),
    });
    return this.read<T>(answer);
  }

  private async read<T>(answer: Response): Promise<T> {
    if (answer.redirected && new URL(answer.url).pathname === "/login") throw expired();
    const type = answer.headers.get("Content-Type") ?? "";
    const body = type.includes("json") ? ((await answer.json()) as Record<string, unknown>) : null;
    if (answer.ok && body) return body as T;
    const said = body?.["detail"] ?? body?.["sentence"];
    const sentence = typeof said === "string" ? said : sentenceOf(answer.status);
    throw new Refused(answer.status, sentence, body ?? {});
  }
}

/** True for a request that never reached the server, or found it away: worth another try. */
export function isAway(error: unknown): boolean {
  return !(error instanceof Refused) || error.status >= 500;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function saidBy(error: unknown): string {
  return error instanceof Refused ? error.message : "网络不通，请检查后再试。";
}

function expired(): Refused {
  return new Refused(401, sentenceOf(401));
}

function sentenceOf(status: number): string {
  return SENTENCES[status] ?? (status >= 500 ? "系统暂时出错，请稍后再试。" : "没有成功，请刷新页面后再试。");
}
