// The WebSocket: opened again whenever it is lost, ever more slowly; noticed as lost even when the network says nothing.
const FIRST_MS = 500;
const LONGEST_MS = 20000;
const OPENING_MS = 10000;
const PING_MS = 20000;
const SILENCE_MS = 32000;
const ENDED = 4401;

export class Connection {
  /** `heard(event)` gets each event, `changed(open)` each change of state. */
  constructor({ heard, changed }) {
    this.heard = heard;
    this.changed = changed;
    this.tries = 0;
    this.socket = null;
    this.greeted = false;
    this.timer = 0;
    setInterval(() => this.#watch(), PING_MS);
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.restart());
    addEventListener("pageshow", (event) => event.persisted && this.restart());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry());
  }

  open() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/chat`);
    this.socket = socket;
    const patience = setTimeout(() => this.#lost(socket), OPENING_MS);
    socket.addEventListener("message", (message) => {
      if (socket !== this.socket) return;
      clearTimeout(patience);
      this.last = Date.now();
      this.#hear(JSON.parse(message.data));
    });
    socket.addEventListener("close", (event) => {
      clearTimeout(patience);
      if (event.code === ENDED) location.replace("/");
      else this.#lost(socket);
    });
  }

  /** Send a frame; false when nobody listens. */
  send(frame) {
    if (!this.greeted || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Give the present socket up and open another. */
  restart() {
    if (this.socket) this.#lost(this.socket);
  }

  /** Do not wait any longer: the network is back, or somebody looks at the page. */
  hurry() {
    if (this.socket) return this.#watch();
    this.tries = 0;
    return this.open();
  }

  #hear(event) {
    if (event.type === "hello") {
      this.greeted = true;
      this.tries = 0;
      this.changed(true);
    }
    if (event.type !== "pong") this.heard(event);
  }

  #lost(socket) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.greeted = false;
    socket.close();
    this.changed(false);
    const wait = Math.min(FIRST_MS * 2 ** this.tries, LONGEST_MS) * (0.75 + Math.random() / 2);
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait);
  }

  #watch() {
    if (!this.greeted) return;
    if (Date.now() - this.last > SILENCE_MS) this.restart();
    else this.send({ type: "ping" });
  }
}
