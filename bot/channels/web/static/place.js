// Where the phone is, asked once; every way in which that fails has a sentence that says how to go on.
const PATIENCE_MS = 15000;
const GO_ON = "不带位置也能继续：点其他按钮，或者直接打字。";
const WHY = {
  insecure: `这个网址不是 https，浏览器不提供定位。${GO_ON}`,
  1: `没有得到定位的许可。${GO_ON}想带位置，请在浏览器设置里允许本网页定位，再点一次。`,
  2: `这会儿定不了位，可能是没有信号或没有打开定位。${GO_ON}`,
  3: `等了 15 秒还没有定到位。${GO_ON}到开阔的地方可以再试一次。`,
};

/** Return {latitude, longitude, accuracy}; the error of a failure carries the sentence. */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!window.isSecureContext || !navigator.geolocation) {
      reject(new Error(WHY.insecure));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }),
      (error) => reject(new Error(WHY[error.code] ?? WHY[2])),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    );
  });
}
