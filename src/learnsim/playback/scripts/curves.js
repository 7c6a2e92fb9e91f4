(function (learnsim) {
  "use strict";
  // Curves: what the arms have learned so far, as SVG.

  learnsim.Curves = class {
    constructor(host, { say }) { [this.host, this.say] = [host, say]; }
    show(record, { previous, bands }) { [this.record, this.previous, this.bands] = [record, previous, bands]; }
    draw(row) {}
  };
})(window.learnsim = window.learnsim || {});
