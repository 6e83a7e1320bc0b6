// <div class="ratio"><span class="pass" data-n="980"></span>…</div>: each part as wide as its number. Widths are set
// here because the page's policy allows no style attributes.
export function drawRatios(root: ParentNode): void {
  for (const part of root.querySelectorAll<HTMLElement>(".ratio [data-n]")) {
    part.style.flexGrow = part.dataset["n"] ?? "0";
  }
}
