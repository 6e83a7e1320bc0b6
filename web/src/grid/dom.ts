// Elements in one line.
type Props = Record<string, string | boolean | undefined>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function button(label: string, onClick: () => void, props: Props = {}): HTMLButtonElement {
  const made = el("button", { type: "button", class: "btn small", ...props }, label);
  made.addEventListener("click", onClick);
  return made;
}
