// <form data-upload>: files on their way show how far they are, can be stopped, and a refusal is told beside the form,
// which keeps what was chosen. Without this script the form is sent as any other.
import { csrfToken, problemText } from "../lib/http.js";
import { t } from "../lib/texts.js";

export function enhanceUploads(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-upload]:not([data-ready])")) {
    form.dataset["ready"] = "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!("sending" in form.dataset)) send(form);
    });
  }
}

/** Asks before the page is left while files are on their way. */
const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

function send(form: HTMLFormElement): void {
  window.addEventListener("beforeunload", ask);
  const request = new XMLHttpRequest();
  const bar = document.createElement("progress");
  const text = document.createElement("span");
  const stop = document.createElement("button");
  const place = document.createElement("div");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", t("upload-sending", { percent: 0 }));
  text.setAttribute("role", "status");
  text.textContent = t("upload-sending", { percent: 0 });
  stop.type = "button";
  stop.className = "btn small";
  stop.textContent = t("upload-stop");
  stop.addEventListener("click", () => request.abort());
  place.className = "upload-state";
  place.append(bar, text, stop);
  form.querySelector(".upload-state")?.remove();
  form.append(place);
  form.dataset["sending"] = "";

  const over = (message: string, kind: "error" | "warn") => {
    delete form.dataset["sending"];
    window.removeEventListener("beforeunload", ask);
    const notice = document.createElement("div");
    notice.className = `notice ${kind}`;
    notice.setAttribute("role", "alert");
    notice.textContent = message;
    place.replaceChildren(notice);
  };
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((event.loaded / event.total) * 100);
    bar.value = percent;
    text.textContent = percent < 100 ? t("upload-sending", { percent }) : t("upload-storing");
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    text.textContent = t("upload-storing");
    stop.remove();
  });
  request.addEventListener("load", () => {
    window.removeEventListener("beforeunload", ask);
    const to = request.getResponseHeader("HX-Redirect");
    if (to) {
      window.location.assign(to);
      return;
    }
    let body: unknown;
    try {
      body = JSON.parse(request.responseText);
    } catch {
      body = undefined;
    }
    over(problemText(body, request.status).message, "error");
  });
  request.addEventListener("error", () => over(t("upload-broken"), "error"));
  request.addEventListener("abort", () => over(t("upload-stopped"), "warn"));
  request.open("POST", form.action);
  // As htmx asks: what comes next is an address to go to, and a refusal is a problem document.
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("X-CSRF-Token", csrfToken());
  request.send(new FormData(form));
}
