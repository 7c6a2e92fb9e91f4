(function (learnsim) {
  "use strict";
  // Clock: where the playing is: between two rows, in which phase of the session, and how much of it has passed.

  learnsim.SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20]; // sessions per second; the slowest show phase by phase

  learnsim.Clock = class {
    constructor(onchange) {
      this.onchange = onchange;
      this.row = 0; // sessions that are over
      this.share = 0; // of the session being played; 0 between sessions
      this.playing = false;
      this.speed = 5;
      this.rows = 1; // there so far
      this.last = 0;
      this.frame = 0;
    }

    use(record) { [this.last, this.rows] = [record.sessions, record.rows]; this.seek(Math.min(this.row, this.last)); }
    get finished() { return this.row >= this.last; }

    play() {
      if (this.playing || this.last === 0) return;
      if (this.finished) this.row = 0;
      this.playing = true;
      this.before = performance.now();
      this.frame = requestAnimationFrame((now) => this.tick(now));
      this.onchange();
    }

    tick(now) {
      if (!this.playing) return;
      let share = this.share + Math.min(0.5, (now - this.before) / 1000) * this.speed;
      this.before = now;
      while (share >= 1 && this.row < this.last && this.row + 1 < this.rows) [this.row, share] = [this.row + 1, share - 1];
      this.share = this.finished ? 0 : Math.min(share, 1); // waits for rows that are still to come
      if (this.finished) this.playing = false;
      else this.frame = requestAnimationFrame((then) => this.tick(then));
      this.onchange();
    }

    pause() {
      this.playing = false;
      cancelAnimationFrame(this.frame);
      this.share = 0;
      this.onchange();
    }

    seek(row) {
      this.row = Math.max(0, Math.min(Math.round(row), this.last));
      this.share = 0;
      this.onchange();
    }

    destroy() { this.playing = false; cancelAnimationFrame(this.frame); }
  };
})(window.learnsim = window.learnsim || {});
