// <label class="dropzone"><input type="file" …>…<span class="chosen"></span></label>: files can be dropped on it,
// and it shows what was chosen and how large it is.

/** A size as people read it: 1536 → "1.5 KB". */
export function humanSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

function show(zone: HTMLElement, input: HTMLInputElement): void {
  const chosen = zone.querySelector<HTMLElement>(".chosen");
  if (!chosen) return;
  chosen.textContent = [...(input.files ?? [])].map((f) => `${f.name} · ${humanSize(f.size)}`).join("\n");
}

/** A file let go beside its place would be opened instead of the page, and what was filled in would be gone. */
export function guardDrops(): void {
  for (const kind of ["dragover", "drop"] as const) {
    window.addEventListener(kind, (event) => {
      if (!document.querySelector(".dropzone") || !event.dataTransfer?.types.includes("Files")) return;
      if (event.defaultPrevented || (event.target as Element | null)?.closest?.("input[type='file']")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    });
  }
}

export function enhanceDropzones(root: ParentNode): void {
  for (const zone of root.querySelectorAll<HTMLElement>(".dropzone:not([data-ready])")) {
    const input = zone.querySelector<HTMLInputElement>('input[type="file"]');
    if (!input) continue;
    zone.dataset["ready"] = "";
    input.addEventListener("change", () => show(zone, input));
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.dataset["over"] = "";
    });
    zone.addEventListener("dragleave", () => delete zone.dataset["over"]);
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      delete zone.dataset["over"];
      const files = event.dataTransfer?.files;
      if (!files?.length) return;
      const taken = new DataTransfer();
      for (const file of input.multiple ? files : [...files].slice(0, 1)) taken.items.add(file);
      input.files = taken.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
