// A short message in the corner, read aloud by screen readers.
import { t } from "./texts.js";

function place(): HTMLElement {
  const found = document.getElementById("toasts");
  if (found) return found;
  const made = document.createElement("div");
  made.id = "toasts";
  made.className = "toasts";
  made.setAttribute("role", "status");
  made.setAttribute("aria-live", "polite");
  document.body.append(made);
  return made;
}

/** Shows a message; an error stays until it is closed, anything else goes after six seconds. */
export function toast(message: string, kind: "ok" | "error" | "info" = "info"): void {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  if (kind === "error") box.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", t("close"));
  close.addEventListener("click", () => box.remove());
  box.append(text, close);
  place().append(box);
  if (kind !== "error") setTimeout(() => box.remove(), 6000);
}
