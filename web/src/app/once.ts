// A form is sent once, however often its button is pressed; questions are asked before what cannot be undone.

/** A press this much later is meant: the first one was stopped. */
const AGAIN_AFTER = 5_000;

/** <form data-most-bytes="N" data-too-large="text">: files that are too large together are told before anything is sent. */
function holdsTooMuch(form: HTMLFormElement): boolean {
  const most = Number(form.dataset["mostBytes"] ?? "0");
  if (most === 0) return false;
  const inputs = [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')];
  const files = inputs.flatMap((input) => [...(input.files ?? [])]);
  if (files.reduce((sum, file) => sum + file.size, 0) <= most) return false;
  const last = inputs.filter((input) => (input.files?.length ?? 0) > 0).pop();
  if (!last) return false;
  last.setCustomValidity(form.dataset["tooLarge"] ?? "");
  last.reportValidity();
  // Another choice of any of them is looked at anew.
  const forget = (): void => last.setCustomValidity("");
  for (const input of inputs) input.addEventListener("change", forget, { once: true });
  return true;
}

export function guardForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    if (holdsTooMuch(form)) {
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
