(function (learnsim) {
  "use strict";
  // Records: what was simulated, opened from JSON. Row t is after t sessions; row 0 is before the first. Of a model that is
  // shown as it is now there is nothing before that row but the curves.

  const KINDS = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array };

  learnsim.unpack = function (array) {
    const text = atob(array.data), bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return new KINDS[array.type](bytes.buffer);
  };

  const opened = (plan) => ({
    from: plan.from, novices: plan.novices, cell: learnsim.unpack(plan.cell), community: learnsim.unpack(plan.community),
    officers: learnsim.unpack(plan.officers), branches: learnsim.unpack(plan.branches),
    traits: plan.traits && unpackedAll(plan.traits),
    stage: plan.stage && stageOf(plan.stage), // where it is not the arm's
  });

  const stageOf = (json) => ({
    phases: json.phases, shuffled: json.shuffled, showsOfficers: json.shows_officers, instructor: json.instructor,
  });
  const unpackedAll = (arrays) =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, learnsim.unpack(array)]));

  class Arm {
    constructor(json, people, first) {
      Object.assign(this, { name: json.name, label: json.label, communities: json.communities }, stageOf(json));
      this.ties = json.ties && learnsim.unpack(json.ties); // two people each, who are tied for good
      this.people = people;
      this.mayMiss = Boolean(json.absent); // whether anybody may be absent
      this.first = this.rows = first;
      this.blocks = { levels: [], wrong: [], asked: [], consulted: [], absent: [] }; // per row
      this.plans = [];
      this.curves = {};
      this.marks = [];
      this.append(json);
    }

    append(json) {
      const levels = learnsim.unpack(json.levels), wrong = json.wrong && learnsim.unpack(json.wrong);
      const rows = json.levels.shape[0];
      for (let t = 0; t < rows; t++) {
        this.blocks.levels.push(levels.subarray(t * this.people, (t + 1) * this.people));
        this.blocks.wrong.push(wrong ? wrong.subarray(t * this.people, (t + 1) * this.people) : null);
      }
      for (const name of ["asked", "consulted"]) {
        const offsets = learnsim.unpack(json[name].offsets), pairs = learnsim.unpack(json[name].pairs);
        for (let t = 0; t < rows; t++) this.blocks[name].push(pairs.subarray(2 * offsets[t], 2 * offsets[t + 1]));
      }
      const ends = json.absent && learnsim.unpack(json.absent.offsets);
      const absent = json.absent && learnsim.unpack(json.absent.people);
      for (let t = 0; t < rows; t++) this.blocks.absent.push(new Set(absent?.subarray(ends[t], ends[t + 1])));
      this.plans.push(...json.plans.map(opened));
      for (const [key, values] of Object.entries(json.curves)) (this.curves[key] = this.curves[key] || []).push(...values);
      this.marks.push(...json.marks);
      this.rows += rows;
    }

    levels(row) { return this.blocks.levels[row - this.first]; } // hundredths of a point
    wrong(row) { return this.blocks.wrong[row - this.first]; }
    asked(row) { return this.blocks.asked[row - this.first]; } // caller, helper, caller, helper, ...
    consulted(row) { return this.blocks.consulted[row - this.first]; }
    absent(row) { return this.blocks.absent[row - this.first]; } // from the session that the row ends with
    curve(measure) { return this.curves[measure]; } // a missing value is null
    at(measure, row) { return this.curves[measure] ? this.curves[measure][row] : null; }

    plan(row) { // the cells in which a session was played
      let low = 0, high = this.plans.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.plans[middle].from <= row) low = middle;
        else high = middle - 1;
      }
      return this.plans[low];
    }
  }

  learnsim.openRecord = function (json) {
    const looks = learnsim.looksOf(json.arms.map((arm) => arm.name));
    return {
      kind: json.kind, clock: json.clock, sessions: json.sessions, cycleLength: json.cycle_length, people: json.people,
      items: json.items, names: json.names, communities: json.communities, measures: json.measures,
      traits: unpackedAll(json.traits), level: json.level,
      invented: json.invented || [], question: json.question || "",
      arms: json.arms.map((arm, a) => Object.assign(new Arm(arm, json.people, json.first || 0), { look: looks[a] })),
      get rows() { return Math.min(...this.arms.map((arm) => arm.rows)); },
      append(frames) { frames.arms.forEach((arm, a) => this.arms[a].append(arm)); },
    };
  };
})(window.learnsim = window.learnsim || {});
