// <… id="…" data-follow>: parts of the page that tell of the wrong rows are fetched anew after the grid has changed them.
export function followMending(enhance: (root: ParentNode) => void): void {
  document.body.addEventListener("mended", () => {
    void fetch(window.location.pathname, { headers: { Accept: "text/html" }, credentials: "same-origin" })
      .then(async (answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .then((html) => {
        const fresh = new DOMParser().parseFromString(html, "text/html");
        for (const old of document.querySelectorAll<HTMLElement>("[data-follow]")) {
          const now = fresh.getElementById(old.id);
          // Nothing is left to tell; it comes back when a step is undone.
          if (now) old.replaceWith(document.importNode(now, true));
          else old.hidden = true;
        }
        enhance(document);
      })
      .catch(() => undefined);
  });
}
