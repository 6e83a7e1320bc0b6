// A form is sent once, however often its button is pressed; questions are asked before what cannot be undone.

/** A press this much later is meant: the first one was stopped. */
const AGAIN_AFTER = 5_000;

export function guardForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    // <form data-confirm="…"> and <button data-confirm="…">.
    const asked = (event.submitter as HTMLElement | null)?.dataset["confirm"] ?? form.dataset["confirm"];
    if (asked && !window.confirm(asked)) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "";
    setTimeout(() => delete form.dataset["sent"], AGAIN_AFTER);
  });
  // Back to a page that the browser kept as it was.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
  });
}
