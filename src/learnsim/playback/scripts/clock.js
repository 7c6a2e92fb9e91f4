(function (learnsim) {
  "use strict";
  // Clock: where the playing is: between two rows, in which phase of the session, and how much of it has passed. Row t is
  // after t sessions; `share` is how much of session t + 1 has been played; a phase has its share of the session.

  learnsim.SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20]; // sessions per second
  learnsim.PHASEWISE = learnsim.SPEEDS[0]; // here all phases last equally long, however small their shares
  const FOLLOWABLE = 1; // sessions per second: phases are shown up to this speed, and played one by one below it
  const PHASE = 2; // seconds per phase at the slowest speed
  const NARROWEST = 0.08; // of a session: a phase with a smaller share could not be seen
  const AHEAD = 3; // seconds of playing for which rows are wanted

  const known = new WeakMap();
  learnsim.phasesOf = function (arm, row) { // [name, where it ends] of the session after a row, by their shares of a session
    const { phases } = arm.plan(Math.min(row + 1, arm.rows - 1)).stage || arm;
    if (!known.has(phases)) known.set(phases, endsOf(phases));
    return known.get(phases);
  };

  function endsOf(phases) {
    const widths = phases.map(([, share]) => Math.max(NARROWEST, share));
    const whole = widths.reduce((sum, width) => sum + width, 0);
    let end = 0;
    return phases.map(([name], k) => [name, k === phases.length - 1 ? 1 : (end += widths[k] / whole)]);
  }

  // of such phases the one that is played, or has just ended; none between sessions
  learnsim.phaseAt = function (phases, share) {
    if (share <= 0 || !phases.length) return { phase: null, phaseShare: 0 };
    const k = phases.findIndex(([, end]) => share <= end + 1e-9), begin = k > 0 ? phases[k - 1][1] : 0;
    return { phase: phases[k][0], phaseShare: Math.min(1, (share - begin) / (phases[k][1] - begin)) };
  };

  learnsim.Clock = class {
    constructor(onchange, onwant = () => {}) {
      [this.onchange, this.onwant] = [onchange, onwant];
      this.row = 0; // sessions that are over
      this.share = 0; // of the session being played; 0 between sessions
      this.playing = false;
      this.speed = 5; // sessions per second
      this.rows = 1; // there so far
      this.last = 0;
      this.wanted = 1; // rows that have been asked for
      this.goal = null; // a row to be shown as soon as it is there
      this.until = null; // where a phase or a session that is played alone ends
      this.faster = null; // the speed to which playing goes back after a session was watched phase by phase
      this.frame = 0;
    }

    use(record) { // the row stays if the record has it
      this.record = record;
      [this.last, this.rows, this.wanted] = [record.sessions, record.rows, record.rows];
      if (this.row >= this.last) [this.row, this.share] = [this.last, 0];
      const there = this.row;
      if (this.row >= this.rows) [this.row, this.share, this.goal] = [this.rows - 1, 0, there];
      this.want(there);
      this.onchange();
    }

    arrived(rows) { // more rows are there
      this.rows = rows;
      if (this.goal !== null) {
        [this.row, this.share] = [Math.min(this.goal, rows - 1), 0];
        if (this.row === this.goal) this.goal = null;
      }
      this.onchange();
    }

    want(row) { // asks for rows, each once, until the row and some seconds of playing after it
      if (this.wanted > Math.min(this.last, row + 1 + AHEAD * this.speed / 2)) return;
      const from = this.wanted, to = Math.min(this.last, Math.ceil(row + 1 + AHEAD * this.speed));
      this.wanted = to + 1;
      this.onwant(from, to);
    }

    get phases() { // those of the arm that has most
      const all = (this.record ? this.record.arms : []).map((arm) => learnsim.phasesOf(arm, this.row));
      return all.reduce((most, phases) => (phases.length > most.length ? phases : most), []);
    }

    get finished() { return this.row >= this.last; }

    get waiting() { // for rows that are still to come
      return this.goal !== null || (this.playing && !this.finished && this.row + 1 >= this.rows && this.wanted > this.rows);
    }

    get position() { return this.positionIn(this.phases); }

    // an arm with fewer phases is in one of its own
    positionOf(arm) { return this.positionIn(learnsim.phasesOf(arm, this.row)); }

    positionIn(phases) {
      return { row: this.row, share: this.share, ...learnsim.phaseAt(this.speed <= FOLLOWABLE ? phases : [], this.share) };
    }

    play() {
      if (this.playing || this.last === 0) return;
      if (this.faster) this.setSpeed(this.faster);
      if (this.finished) this.row = this.share = 0;
      this.run(null);
    }

    setSpeed(speed) {
      [this.speed, this.faster] = [speed, null];
      this.onchange();
    }

    get hidesPhases() { return this.speed > FOLLOWABLE && this.last > 0 && this.phases.length > 0; }

    watch() { // one session, phase by phase, at whatever speed the others are played
      const faster = this.faster || this.speed;
      this.pause();
      this.seek(this.finished ? this.last - 1 : this.row);
      [this.speed, this.faster] = [learnsim.PHASEWISE, faster];
      this.run(1);
    }

    run(until) {
      [this.playing, this.goal, this.until, this.before] = [true, null, until, performance.now()];
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame((now) => this.tick(now));
      this.onchange();
    }

    tick(now) {
      if (!this.playing) return;
      const seconds = Math.max(0, Math.min(0.5, (now - this.before) / 1000));
      let share = this.share + seconds * this.pace();
      this.before = now;
      if (this.until !== null && share >= this.until) return this.rest(this.until);
      while (share >= 1 && this.row < this.last && this.row + 1 < this.rows) [this.row, share] = [this.row + 1, share - 1];
      this.share = this.finished ? 0 : Math.min(share, 1); // waits for rows that are still to come
      if (this.row + 1 >= this.rows) this.share = 0;
      this.want(this.row);
      if (this.finished) this.playing = false;
      this.onchange(); // first, so that each tick is drawn before the next one: else every second frame would stay empty
      if (this.playing) this.frame = requestAnimationFrame((then) => this.tick(then));
    }

    pace() { // sessions per second, now
      const { phases } = this;
      if (this.speed !== learnsim.PHASEWISE || !phases.length) return this.speed;
      const k = phases.findIndex(([, end]) => this.share < end - 1e-9), begin = k > 0 ? phases[k - 1][1] : 0;
      return (k < 0 ? 1 : phases[k][1] - begin) / PHASE;
    }

    rest(share) { // at the end of a phase, which stays to be looked at
      [this.playing, this.until, this.share] = [false, null, Math.min(1, share)];
      this.onchange();
    }

    pause() {
      [this.playing, this.until] = [false, null];
      cancelAnimationFrame(this.frame);
      this.onchange();
    }

    step() { // a session, or a phase where those are played one by one
      if (this.finished || this.waiting) return;
      const whole = this.share >= 1 || this.speed >= FOLLOWABLE; // the last phase is over, and what was learned is shown
      if (whole || !this.phases.length || this.row + 1 >= this.rows) this.seek(this.row + 1);
      else this.run(this.phases.find(([, end]) => end > this.share + 1e-9)[1]);
    }

    back() { // to the beginning of the session, or of the one before
      this.seek(this.share > 0 ? this.row : this.row - 1);
    }

    cycle(length, way = 1) { // to the end of the cycle, or back to its beginning
      this.seek((way > 0 ? Math.floor(this.row / length) + 1 : Math.ceil(this.row / length) - 1) * length);
    }

    seek(row) { // waits there for rows that are still to come; playing goes on from there
      const there = Math.max(0, Math.min(Math.round(row), this.last));
      this.share = 0;
      this.goal = there < this.rows ? null : there;
      this.row = Math.min(there, this.rows - 1);
      if (this.until !== null) [this.playing, this.until] = [false, null];
      this.want(there);
      this.onchange();
    }

    reset() {
      this.pause();
      this.seek(0);
    }

    destroy() { this.playing = false; cancelAnimationFrame(this.frame); }
  };
})(window.learnsim = window.learnsim || {});
