// A reading that may take long carries a random token; by it the server finds and ends it.

export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Have the server end a run of one's own; also while the page is left. */
export function stopRun(url: string, csrf: string, run: string): void {
  fetch(url, {
    method: "POST",
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify({ run }),
  }).catch(() => undefined); // it ends with its time
}
