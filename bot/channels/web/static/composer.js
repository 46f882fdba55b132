// The text field. Enter sends, Shift+Enter breaks the line, and a half-typed Chinese word sends nothing.
import { Shelf } from "./queue.js";

export const LONGEST_TEXT = 4096;
const COUNT_FROM = 3800;

export class Composer {
  constructor({ form, field, count, button, chat, say }) {
    Object.assign(this, { form, field, count, button, say });
    this.draft = new Shelf(`zhucun.draft.${chat}`);
    field.value = this.draft.read() ?? "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    field.addEventListener("keydown", (event) => {
      // 229: Safari ends the composition before the key that ended it arrives.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#send();
    });
    field.addEventListener("input", () => this.#changed());
    this.#changed();
  }

  #send() {
    const text = this.field.value.trim();
    if (!text || [...text].length > LONGEST_TEXT) return;
    this.field.value = "";
    this.#changed();
    this.say(text);
    this.field.focus();
  }

  #changed() {
    const { field, count } = this;
    this.draft.write(field.value);
    const length = [...field.value.trim()].length;
    count.hidden = length < COUNT_FROM;
    count.textContent = length > LONGEST_TEXT ? `多了 ${length - LONGEST_TEXT} 个字，请分成几条发` : `还能写 ${LONGEST_TEXT - length} 个字`;
    this.button.disabled = length === 0 || length > LONGEST_TEXT;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}
