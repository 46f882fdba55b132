// The reply keyboard above the text field.
import { PIN } from "./bubble.js";
import { icon, make } from "./dom.js";

const PLACEHOLDER = "在这里打字";
const LOCATING = "正在定位…";

export class Keyboard {
  /** `say(text)` and `locate()` are what the keys do; `locate` returns a promise that settles when the place is known or not. */
  constructor({ element, field, say, locate }) {
    Object.assign(this, { element, field, say, locate });
    this.shown = "";
  }

  show(keyboard) {
    const now = JSON.stringify(keyboard);
    if (now === this.shown) return;
    this.shown = now;
    const buttons = [...this.element.querySelectorAll("button")];
    const focused = buttons.indexOf(document.activeElement);
    this.element.replaceChildren(...(keyboard?.rows ?? []).map((row) => make("div", { class: "row" }, ...row.map((key) => this.#key(key)))));
    this.element.hidden = !keyboard?.rows.length;
    this.field.placeholder = keyboard?.placeholder || PLACEHOLDER;
    if (focused >= 0) (this.element.querySelectorAll("button")[focused] ?? this.field).focus();
  }

  #key(key) {
    if (key.asks !== "location") return make("button", { type: "button", click: () => this.say(key.text) }, key.text);
    // A pin of our own, for not every phone draws the one in the text.
    const label = make("span", {}, key.text.replace(/^\p{Extended_Pictographic}\uFE0F?\s*/u, ""));
    const button = make("button", { type: "button", class: "where-am-i", "aria-label": key.text }, icon(PIN), label);
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      const text = label.textContent;
      label.textContent = LOCATING;
      button.setAttribute("aria-label", LOCATING);
      await this.locate();
      button.setAttribute("aria-label", key.text);
      button.removeAttribute("aria-disabled");
      label.textContent = text;
    });
    return button;
  }
}
