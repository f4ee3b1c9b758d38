const key = "signalbox.token";

/** The operator's token. It may come once in the link's fragment (`#token=...`), which never leaves the browser, and is taken out of it at once. */
export function readToken(): string | undefined {
  try {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given !== null) {
      sessionStorage.setItem(key, given);
      history.replaceState(history.state, "", location.pathname + location.search);
    }
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Kept for this tab only. */
export function writeToken(token: string): void {
  try {
    sessionStorage.setItem(key, token);
  } catch {
    // Without storage it cannot be kept; the server will ask again.
  }
}

/** What an HTTP request to the server carries. */
export function authorization(): Record<string, string> {
  const token = readToken();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
