// What every page needs: the drawer on a phone, files dropped, questions before what cannot be undone, htmx with
// our token and our errors, and the larger islands loaded where a page has a place for them.
import { enhanceDropzones, guardDrops } from "./app/dropzone.js";
import { listenToHtmx } from "./app/htmx-events.js";
import { wireDrawer } from "./app/drawer.js";
import { followMending } from "./app/follow.js";
import { guardForms } from "./app/once.js";
import { drawRatios } from "./app/ratio.js";
import { enhanceUploads } from "./app/upload.js";
import { t } from "./lib/texts.js";

// Addresses of the islands, with the mark of their content; set by build.mjs.
declare const __CHARTS__: string;
declare const __GRID__: string;

/** Wires up what is inside `root`; called for the page and again for whatever htmx puts into it. */
function enhance(root: ParentNode): void {
  enhanceDropzones(root);
  enhanceUploads(root);
  drawRatios(root);
  if (root.querySelector("[data-chart]")) {
    void import(__CHARTS__).then((m: typeof import("./charts.js")) => m.drawCharts(root));
  }
  if (root.querySelector("[data-grid]")) {
    void import(__GRID__).then((m: typeof import("./grid.js")) => m.openGrids(root));
  }
}

document.documentElement.classList.add("js");
wireDrawer();
guardDrops();
listenToHtmx(enhance);
guardForms();
followMending(enhance);
enhance(document);

// <button data-copy="text">: copies and says so.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  void navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(async () => {
    const { toast } = await import("./lib/toast.js");
    toast(t("copied"), "ok");
  });
});

// <button data-print>: prints the page.
document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) window.print();
});

// "/" goes to the page's search field, as in most consoles.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  if (target.matches("input, textarea, select, [contenteditable]") || target.closest("[data-grid]")) return;
  const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
  if (!search) return;
  event.preventDefault();
  search.focus();
});
