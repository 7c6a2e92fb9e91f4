(function (learnsim) {
  "use strict";
  // Words: what the runs show so far, in sentences and points of 100.

  learnsim.points = (share) => Math.floor(100 * share + 0.5);

  learnsim.clockText = function (record, row, say) {
    const cycles = Math.ceil(record.sessions / record.cycleLength);
    const cycle = Math.min(cycles, Math.floor(Math.max(0, row - 1) / record.cycleLength) + 1);
    return say("clock", { row, sessions: record.sessions, cycle, cycles });
  };

  learnsim.sentences = function (record, row, say, bands) { return []; };
})(window.learnsim = window.learnsim || {});
