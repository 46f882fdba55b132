// Sends one file, telling how far it has come.
export const MOST_BYTES = 20 * 1024 * 1024;

/** Return the server's answer; reject where the network failed. */
export function upload(clientId, file, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("client_id", clientId);
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/files");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("error", () => reject(new Error("network")));
    request.addEventListener("load", () => {
      if (request.status === 401) location.replace("/");
      else if (request.response && ["ack", "refused"].includes(request.response.type)) resolve(request.response);
      else reject(new Error(String(request.status)));
    });
    request.send(form);
  });
}

export function sizeName(bytes) {
  if (bytes < 1024) return `${bytes} 字节`;
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
