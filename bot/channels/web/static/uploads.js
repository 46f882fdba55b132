// Files on their way up: each has a bubble with its progress, is tried again when the line is back, or by a button.
import { make } from "./dom.js";
import { newId } from "./queue.js";
import { MOST_BYTES, upload } from "./upload.js";

const TOO_LARGE = "这个文件超过 20 MB，发不了。请压缩或拆开再发。";
const FAILED = "没有送达，线路恢复后会自动再发；关掉这个页面就要重新选文件。";
const AGAIN_MS = 10000;

export class Uploads {
  constructor({ log, notices, button, input, arrived }) {
    Object.assign(this, { log, arrived });
    this.failed = new Map(); // client_id → file
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = "";
      if (!file) return;
      if (file.size > MOST_BYTES) notices.alert(TOO_LARGE);
      else this.#send(newId(), file);
    });
    addEventListener("beforeunload", (event) => this.isBusy && event.preventDefault());
    this.busy = 0;
  }

  get isBusy() {
    return this.busy + this.failed.size > 0;
  }

  /** Try again whatever the network has stopped. */
  resume() {
    const again = [...this.failed];
    this.failed.clear();
    again.forEach(([clientId, file]) => this.#go(clientId, file));
  }

  #send(clientId, file) {
    const node = this.log.wait(clientId, { document: { name: file.name, size: file.size }, at: new Date().toISOString() });
    node.querySelector(".bubble").append(make("progress", { class: "bar", max: 1, value: 0, "aria-label": "已上传" }));
    this.#go(clientId, file);
  }

  async #go(clientId, file) {
    const node = this.log.waiting.get(clientId)?.node;
    const note = node?.querySelector(".foot-note");
    const bar = node?.querySelector("progress");
    if (note && note.textContent === FAILED) note.textContent = "正在再发…";
    this.busy += 1;
    try {
      const answer = await upload(clientId, file, (done) => bar && (bar.value = done));
      bar?.remove();
      if (answer.type === "refused") this.log.refused(clientId, answer.text);
      else {
        this.log.arrived(clientId);
        this.arrived();
      }
    } catch {
      this.failed.set(clientId, file);
      if (note) note.textContent = FAILED;
      setTimeout(() => this.resume(), AGAIN_MS);
    } finally {
      this.busy -= 1;
    }
  }
}
