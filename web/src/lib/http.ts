// Requests to our own server: JSON both ways, the CSRF token from the page, problems as errors with a text.
import { t } from "./texts.js";

/** A refusal (RFC 9457) or a failure on the way; `message` is fit to be shown. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(message);
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** The text of a problem document; the server has already chosen the language. */
export function problemText(body: unknown, status: number): { message: string; code: string } {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = [problem["detail"], problem["title"]].find((part) => typeof part === "string" && part !== "");
  return {
    message: typeof text === "string" ? text : t("request-failed", { status }),
    code: typeof problem["code"] === "string" ? problem["code"] : "",
  };
}

/** Takes the token of a session that was opened anew in another window. Whether there was one. */
async function freshToken(): Promise<boolean> {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (answer.redirected) throw new Problem(t("signed-out"), 401, "unauthenticated");
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  if (!token || token === csrfToken()) return false;
  document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.setAttribute("content", token);
  for (const field of document.querySelectorAll<HTMLInputElement>('input[name="_csrf"]')) field.value = token;
  return true;
}

/** Sends and returns the answer's JSON; throws {@link Problem}. */
export async function json<T>(url: string, body?: unknown): Promise<T> {
  try {
    return await once<T>(url, body);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) throw new Problem(t("signed-out"), 401, error.code);
    if (error.code === "csrf" && (await freshToken())) return once<T>(url, body);
    throw error;
  }
}

async function once<T>(url: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  const init: RequestInit = { headers, credentials: "same-origin" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRF-Token"] = csrfToken();
    init.method = "POST";
    init.body = JSON.stringify(body);
  }
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch {
    throw new Problem(t("network-failed"), 0, "network");
  }
  const content: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok || content === undefined) {
    const { message, code } = problemText(content, answer.status);
    throw new Problem(message, answer.status, code);
  }
  return content as T;
}
