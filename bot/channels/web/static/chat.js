// The chat page: what is said goes into the queue and onto the line, what is heard goes into the log.
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Keyboard } from "./keyboard.js";
import { Log } from "./log.js";
import { Notices } from "./notices.js";
import { whereAmI } from "./place.js";
import { Queue, newId } from "./queue.js";
import { Uploads } from "./uploads.js";

const THINKING_MS = 20000;
const ACK_MS = 12000;
const SHOW_LINE_MS = 800;
const OLDER_PX = 300;
const CONNECTING = "正在连接…";
const RECONNECTING = "正在重新连接…您的话会保留并自动发出";
const OLDER = "正在取更早的消息…";

const the = (id) => document.getElementById(id);
const chat = document.querySelector(".frame").dataset.chat;
const queue = new Queue(chat);
const notices = new Notices({ toasts: the("toasts"), dialog: the("alert") });
const log = new Log({
  scroll: the("scroll"),
  element: the("log"),
  hands: {
    press: (id, data) => {
      say({ type: "press", message_id: id, data });
      log.redraw(id);
      log.stuck = true; // whoever presses a button wants to see what comes of it
    },
    isPressed: (id, data) => queue.all().some((frame) => frame.type === "press" && frame.message_id === id && frame.data === data),
    unread: (some) => (the("newer").hidden = !some),
  },
});
const connection = new Connection({ heard, changed: lineChanged });
const uploads = new Uploads({ log, notices, button: the("attach"), input: the("file"), arrived: think });
const keyboard = new Keyboard({ element: the("keys"), field: the("text"), say: sayText, locate });
new Composer({ form: the("composer"), field: the("text"), count: the("count"), button: the("send"), chat, say: sayText });

let thinking = 0;
let lineTimer = 0;
let synced = false;
let shown = 0;
let loadingOlder = false;
const sentAgain = new Set();

function say(frame) {
  const full = { ...frame, client_id: newId(), at: new Date().toISOString() };
  queue.add(full);
  show(full);
  transmit(full);
}

/** Put a frame on the line; one that gets no answer means that the line is dead, whatever it says. */
function transmit({ at, ...frame }) {
  if (!connection.send(frame)) return;
  const { socket } = connection;
  setTimeout(() => {
    const waits = queue.all().some(({ client_id: id }) => id === frame.client_id);
    if (waits && socket === connection.socket) connection.restart();
  }, ACK_MS);
}

function show({ type, client_id: clientId, at, text, latitude, longitude, accuracy }) {
  if (type === "send") log.wait(clientId, { text, at });
  if (type === "location") log.wait(clientId, { location: { latitude, longitude, horizontal_accuracy: accuracy }, at });
}

function sayText(text) {
  say({ type: "send", text });
}

async function locate() {
  try {
    say({ type: "location", ...(await whereAmI()) });
  } catch (failure) {
    notices.alert(failure.message);
  }
}

function heard(event) {
  ({ hello, messages, ack, refused, notice, typing: think })[event.type]?.(event);
}

function hello() {
  connection.send({ type: "sync", after: log.last });
  for (const frame of queue.all()) {
    sentAgain.add(frame.client_id);
    transmit(frame);
  }
  uploads.resume();
}

function messages({ items, keyboard: keys, more, reset }) {
  const node = the("log");
  node.setAttribute("aria-busy", String(more !== null));
  if (reset) log.clear();
  log.take(items, more);
  keyboard.show(keys);
  if (items.some((item) => item.author === "bot")) stopThinking();
  loadingOlder = false;
  the("edge").hidden = true;
  if (!synced && log.isEmpty) think();
  synced = true;
  setTimeout(() => node.setAttribute("aria-busy", "false"));
  loadOlder();
  if (reset) shown = 0;
  tellShown();
}

/** Say up to where the log has been before somebody's eyes: a page in the background shows nothing. */
function tellShown() {
  if (document.visibilityState !== "visible" || log.last <= shown) return;
  if (connection.send({ type: "read", seq: log.last })) shown = log.last;
}

function ack({ client_id: clientId }) {
  const frame = queue.remove(clientId);
  log.arrived(clientId);
  if (!frame) return;
  if (frame.type === "press") log.redraw(frame.message_id);
  // What was sent again may have been answered long ago.
  if (!sentAgain.delete(clientId)) think();
}

function refused({ client_id: clientId, text }) {
  const frame = queue.remove(clientId);
  if (frame?.type === "press") log.redraw(frame.message_id);
  if (!log.refused(clientId, text)) notices.toast(text);
}

function notice({ text, alert }) {
  stopThinking();
  if (alert) notices.alert(text);
  else notices.toast(text);
}

function think() {
  the("typing").hidden = false;
  clearTimeout(thinking);
  thinking = setTimeout(stopThinking, THINKING_MS);
  if (log.stuck) log.toEnd();
}

function stopThinking() {
  clearTimeout(thinking);
  the("typing").hidden = true;
}

function lineChanged(open) {
  const line = the("line");
  clearTimeout(lineTimer);
  loadingOlder = false;
  if (open) {
    line.hidden = true;
    return;
  }
  stopThinking();
  lineTimer = setTimeout(() => {
    line.textContent = synced ? RECONNECTING : CONNECTING;
    line.hidden = false;
  }, SHOW_LINE_MS);
}

function loadOlder() {
  if (!log.more || loadingOlder || the("scroll").scrollTop > OLDER_PX) return;
  if (!connection.send({ type: "older", before: log.oldest })) return;
  loadingOlder = true;
  the("edge").textContent = OLDER;
  the("edge").hidden = false;
}

the("scroll").addEventListener("scroll", loadOlder, { passive: true });
document.addEventListener("visibilitychange", tellShown);
the("newer").addEventListener("click", () => log.toEnd());
new ResizeObserver(([{ target }]) => the("newer").style.setProperty("--foot", `${target.offsetHeight}px`)).observe(document.querySelector(".foot"));
queue.all().forEach(show);
lineChanged(false);
connection.open();
