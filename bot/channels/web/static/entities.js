// Text with the Bot API's entities becomes nodes. Offsets count UTF-16 units, as JavaScript's own strings do.
import { make, webLink } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function wrapper(entity, covered) {
  const address = entity.type === "text_link" ? entity.url : entity.type === "url" ? covered : null;
  const href = address === null || address === undefined ? null : webLink(address);
  if (href) return make("a", { href, target: "_blank", rel: "noopener noreferrer" });
  return TAGS[entity.type] ? make(TAGS[entity.type]) : null;
}

const isBlock = (node) => node instanceof HTMLQuoteElement || node instanceof HTMLPreElement;

/** Add text; beside a block, which breaks the line by itself, the line breaks of the text would be too many. */
function add(parent, text, beforeBlock = false) {
  const before = isBlock(parent.lastChild) ? text.replace(/^\n+/, "") : text;
  const whole = beforeBlock ? before.replace(/\n+$/, "") : before;
  if (whole) parent.append(whole);
}

function fill(parent, text, start, end, entities) {
  let at = start;
  let next = 0;
  while (next < entities.length) {
    const entity = entities[next];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    next += 1;
    if (to <= from) continue;
    const before = text.slice(at, from);
    const inside = [];
    while (next < entities.length && entities[next].offset < to) inside.push(entities[next++]);
    const element = wrapper(entity, text.slice(from, to));
    add(parent, before, isBlock(element));
    fill(element ?? parent, text, from, to, inside);
    if (element) parent.append(element);
    at = to;
  }
  add(parent, text.slice(at, end));
}

/** The text as a fragment of nodes; what an entity may not do (a script's link) is left as plain text. */
export function rich(text, entities = []) {
  const fragment = document.createDocumentFragment();
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(fragment, text, 0, text.length, sorted);
  return fragment;
}
