// The talk on the screen: messages by id, what waits behind them, days between them, and where the reader stands.
import { ARRIVED, WAITING, bubble } from "./bubble.js";
import { make } from "./dom.js";
import { dayName, dayOf } from "./times.js";

const NEAR_PX = 90;
const ABOVE_PX = 12;

export class Log {
  /** `hands` are press(id, data), isPressed(id, data), and unread(bool) for the button that leads down. */
  constructor({ scroll, element, hands }) {
    Object.assign(this, { scroll, element, hands });
    this.shown = new Map(); // id → {item, node}
    this.waiting = new Map(); // client_id → {item, node}
    this.last = 0;
    this.more = false;
    this.stuck = true;
    this.top = null; // the first of what came last: however long it is, one reads it from its beginning
    this.height = scroll.clientHeight;
    this.moved = 0;
    scroll.addEventListener("scroll", () => {
      // What we moved ourselves, or the keys that came or went below: the reader did nothing.
      if (scroll.clientHeight !== this.height || Math.abs(scroll.scrollTop - this.moved) < 1) return;
      const end = this.#isAtEnd();
      this.stuck = end || this.#isAtTop();
      if (end) hands.unread(false);
    });
    new ResizeObserver(() => {
      this.height = scroll.clientHeight;
      if (this.stuck) this.#settle();
    }).observe(scroll);
  }

  get oldest() {
    return Math.min(...this.shown.keys());
  }

  get isEmpty() {
    return this.shown.size + this.waiting.size === 0;
  }

  clear() {
    this.shown.forEach(({ node }) => node.remove());
    this.shown.clear();
    this.last = 0;
  }

  /** Show what the server sent: new, changed, deleted or older messages. */
  take(items, more) {
    const fromEnd = this.scroll.scrollHeight - this.scroll.scrollTop;
    const known = new Set(this.shown.keys());
    const older = this.shown.size > 0 && items.length > 0 && items.every((item) => item.id < this.oldest);
    const isUnloaded = (item) => this.more && more !== true && more !== false && this.shown.size > 0 && item.id < this.oldest;
    for (const item of items) {
      this.last = Math.max(this.last, item.seq);
      if (!isUnloaded(item)) this.#put(item, !older && more === null);
    }
    if (more !== null) this.more = more;
    this.#days();
    if (older) this.scroll.scrollTop = this.scroll.scrollHeight - fromEnd;
    else this.#follow(more === null ? items.find((item) => item.author === "bot" && !item.deleted && !known.has(item.id)) : null);
  }

  /** Show what has been said and not yet arrived. */
  wait(clientId, item) {
    const node = bubble({ ...item, author: "me" }, WAITING, this.hands);
    this.waiting.set(clientId, { item, node });
    this.element.append(node);
    this.#days();
    this.toEnd();
    return node;
  }

  arrived(clientId) {
    const note = this.waiting.get(clientId)?.node.querySelector(".foot-note");
    if (note) note.textContent = note.textContent.replace(WAITING, ARRIVED);
  }

  refused(clientId, text) {
    const node = this.waiting.get(clientId)?.node;
    if (!node) return false;
    node.classList.add("failed");
    node.querySelector(".foot-note").textContent = text;
    return true;
  }

  /** Draw a message's buttons anew, for one of them was pressed or its press has arrived. */
  redraw(id) {
    const known = this.shown.get(id);
    if (known) this.#draw(known.item);
  }

  /** Go down to the end and stay there with what comes. */
  toEnd() {
    this.top = null;
    this.stuck = true;
    this.#settle();
  }

  /** Show the end, but not past the beginning of what came last. */
  #settle() {
    const top = this.#topOfNews();
    this.scroll.scrollTop = Math.min(this.scroll.scrollHeight - this.scroll.clientHeight, top);
    this.moved = this.scroll.scrollTop;
    this.hands.unread(false);
  }

  #topOfNews() {
    const node = this.shown.get(this.top)?.node;
    if (!node) return Infinity;
    return node.getBoundingClientRect().top - this.scroll.getBoundingClientRect().top + this.scroll.scrollTop - ABOVE_PX;
  }

  #isAtTop() {
    return Math.abs(this.scroll.scrollTop - this.#topOfNews()) < NEAR_PX;
  }

  #isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_PX;
  }

  #put(item, fresh) {
    const known = this.shown.get(item.id);
    if (known && known.item.seq > item.seq) return;
    if (item.deleted) {
      known?.node.remove();
      this.shown.delete(item.id);
      return;
    }
    this.#draw(item, fresh && !known && item.author === "bot");
    if (item.client_id && this.waiting.has(item.client_id)) {
      this.waiting.get(item.client_id).node.remove();
      this.waiting.delete(item.client_id);
    }
  }

  #draw(item, fresh = false) {
    const node = bubble(item, ARRIVED, this.hands);
    if (fresh) node.classList.add("fresh");
    const known = this.shown.get(item.id);
    this.shown.set(item.id, { item, node });
    if (!known) {
      this.element.insertBefore(node, this.#behind(item.id));
      return;
    }
    const focused = [...known.node.querySelectorAll("button, a")].indexOf(document.activeElement);
    const had = known.node.contains(document.activeElement);
    known.node.replaceWith(node);
    if (had) (node.querySelectorAll("button, a")[focused] ?? node).focus({ preventScroll: true });
  }

  /** The node that a message with this id stands before. */
  #behind(id) {
    let found = null;
    for (const [other, { node }] of this.shown) {
      if (other > id && (found === null || other < found.id)) found = { id: other, node };
    }
    if (found) return found.node;
    const [first] = this.waiting.values();
    return first?.node ?? null;
  }

  #days() {
    this.element.querySelectorAll(".day").forEach((day) => day.remove());
    const inOrder = [...this.shown.entries()].sort(([a], [b]) => a - b).map(([, entry]) => entry);
    let before = "";
    for (const { item, node } of [...inOrder, ...this.waiting.values()]) {
      const day = dayOf(item.at);
      if (day !== before) this.element.insertBefore(make("p", { class: "day" }, dayName(item.at)), node);
      before = day;
    }
  }

  #follow(news) {
    if (this.stuck) {
      this.top = news?.id ?? this.top;
      this.#settle();
    } else if (news) this.hands.unread(true);
  }
}
