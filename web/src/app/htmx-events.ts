// htmx with our token on every request, refusals shown in the corner, and islands wired in what it puts in place.
import { csrfToken, problemText } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { toast } from "../lib/toast.js";

type Detail = { headers: Record<string, string>; elt: HTMLElement; xhr: XMLHttpRequest };

export function listenToHtmx(enhance: (root: ParentNode) => void): void {
  const on = (name: string, handle: (detail: Detail) => void) =>
    document.addEventListener(name, (event) => handle((event as CustomEvent<Detail>).detail));
  on("htmx:configRequest", (detail) => {
    detail.headers["X-CSRF-Token"] = csrfToken();
  });
  on("htmx:load", (detail) => enhance(detail.elt.parentElement ?? detail.elt));
  on("htmx:sendError", () => toast(t("network-failed"), "error"));
  on("htmx:responseError", ({ xhr }) => {
    // A partial with its own messages has been shown in its place already.
    if (!xhr.getResponseHeader("Content-Type")?.includes("json")) {
      if (xhr.status >= 500 || xhr.status === 0) toast(t("request-failed", { status: xhr.status }), "error");
      return;
    }
    let body: unknown;
    try {
      body = JSON.parse(xhr.responseText);
    } catch {
      body = undefined;
    }
    toast(problemText(body, xhr.status).message, "error");
  });
}
