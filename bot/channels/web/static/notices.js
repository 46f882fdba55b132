// Short words that pass, and words that wait for a nod.
import { make } from "./dom.js";

const SHOWN_MS = 4000;
const PER_LETTER_MS = 90;

export class Notices {
  constructor({ toasts, dialog }) {
    this.toasts = toasts;
    this.dialog = dialog;
    this.waiting = [];
    dialog.addEventListener("close", () => this.#next());
  }

  toast(text) {
    const toast = make("p", { class: "toast" }, text);
    this.toasts.append(toast);
    setTimeout(() => toast.remove(), SHOWN_MS + text.length * PER_LETTER_MS);
  }

  alert(text) {
    this.waiting.push(text);
    if (!this.dialog.open) this.#next();
  }

  #next() {
    const text = this.waiting.shift();
    if (text === undefined) return;
    this.dialog.querySelector("p").textContent = text;
    this.dialog.showModal();
  }
}
