// What has been said but not yet acknowledged. It lives in the browser's storage, so neither a lost line nor a reload loses it.
const HEX = 16;

/** A name of our own for what we send; the server takes each name once. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(HEX).padStart(2, "0")).join("");
}

export class Shelf {
  /** A text under a name in localStorage, or in memory where the browser keeps nothing. */
  constructor(name) {
    this.name = name;
    this.memory = null;
  }

  read() {
    try {
      return this.memory ?? localStorage.getItem(this.name);
    } catch {
      return this.memory;
    }
  }

  write(text) {
    try {
      if (text) localStorage.setItem(this.name, text);
      else localStorage.removeItem(this.name);
      this.memory = null;
    } catch {
      this.memory = text;
    }
  }
}

export class Queue {
  constructor(chat) {
    this.shelf = new Shelf(`zhucun.queue.${chat}`);
  }

  /** The frames that wait, oldest first; other pages of the same chat share them. */
  all() {
    try {
      const frames = JSON.parse(this.shelf.read() ?? "[]");
      return Array.isArray(frames) ? frames : [];
    } catch {
      return [];
    }
  }

  add(frame) {
    this.#keep([...this.all(), frame]);
  }

  /** Take a frame out and return it, undefined when it is not there. */
  remove(clientId) {
    const frames = this.all();
    const found = frames.find((frame) => frame.client_id === clientId);
    if (found) this.#keep(frames.filter((frame) => frame !== found));
    return found;
  }

  #keep(frames) {
    this.shelf.write(frames.length ? JSON.stringify(frames) : "");
  }
}
