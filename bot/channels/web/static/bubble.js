// One message as an element: what it says, its buttons, its time and whether it has arrived.
import { icon, make, webLink } from "./dom.js";
import { rich } from "./entities.js";
import { clockOf } from "./times.js";
import { sizeName } from "./upload.js";

export const PIN = "M12 21c4-4.5 6.5-8 6.5-11.5a6.5 6.5 0 0 0-13 0C5.5 13 8 16.5 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z";
const PAPER = "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6";
export const WAITING = "等待送达";
export const ARRIVED = "已收到";

/** A length no finer than it can be known, as the assistant says it. */
const metres = (length) => (length < 10 ? Math.round(length) : Math.round(length / 10) * 10);

function placePart({ latitude, longitude, horizontal_accuracy: accuracy }, mine) {
  const about = accuracy ? `，精度约 ${metres(accuracy)} 米` : "";
  const north = `${latitude < 0 ? "南纬" : "北纬"} ${Math.abs(latitude).toFixed(5)}`;
  const east = `${longitude < 0 ? "西经" : "东经"} ${Math.abs(longitude).toFixed(5)}`;
  const where = `${north}，${east}${about}`;
  return make("span", { class: "place" }, icon(PIN), make("span", {}, mine ? "我的位置" : "位置", make("small", {}, where)));
}

function documentPart({ name, size, url }) {
  const words = make("span", {}, name, make("small", {}, sizeName(size)));
  return url ? make("a", { class: "document", href: url, download: name }, icon(PAPER), words) : make("span", { class: "document" }, icon(PAPER), words);
}

function buttonPart(item, button, { press, isPressed }) {
  if (button.url) {
    const href = webLink(button.url);
    return href ? make("a", { href, target: "_blank", rel: "noopener noreferrer" }, button.text) : null;
  }
  const busy = isPressed(item.id, button.data) ? "true" : null;
  const click = (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && press(item.id, button.data);
  return make("button", { type: "button", "aria-disabled": busy, "aria-busy": busy, click }, button.text);
}

/** `state` is the text under one's own message; `hands` are press(id, data) and isPressed(id, data). */
export function bubble(item, state, hands) {
  const mine = item.author === "me";
  const said = make("div", { class: "bubble" });
  if (item.text) said.append(rich(item.text, item.entities));
  if (item.location) said.append(placePart(item.location, mine));
  if (item.document) said.append(documentPart(item.document));
  const rows = (item.buttons ?? []).map((row) => make("div", { class: "row" }, ...row.map((button) => buttonPart(item, button, hands))));
  return make(
    "div",
    { class: `message ${mine ? "mine" : "bot"}`, tabindex: "-1" },
    make("span", { class: "away" }, mine ? "您：" : "驻村助手："),
    said,
    rows.length ? make("div", { class: "buttons", role: "group", "aria-label": "这条消息的按钮" }, ...rows) : null,
    make("p", { class: "foot-note" }, mine ? `${clockOf(item.at)} · ${state}` : clockOf(item.at)),
  );
}
