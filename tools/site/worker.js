// From disk a browser starts no worker: the search then runs in a hidden frame that behaves as one.
(function () {
  "use strict";
  if (location.protocol !== "file:") return;
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.onmessage = null;
      this.waiting = [];
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inner = frame.contentWindow;
      inner.importScripts = () => undefined;
      inner.postMessage = (data) => {
        const told = new MessageEvent("message", { data });
        if (this.onmessage) this.onmessage(told);
        this.dispatchEvent(told);
      };
      const script = inner.document.createElement("script");
      script.src = address;
      script.addEventListener("load", () => {
        this.inner = inner;
        for (const data of this.waiting.splice(0)) this.postMessage(data);
      });
      inner.document.body.append(script);
    }
    postMessage(data) {
      if (this.inner) this.inner.dispatchEvent(new MessageEvent("message", { data }));
      else this.waiting.push(data);
    }
    terminate() {}
  };
})();
