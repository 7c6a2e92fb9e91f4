(function (learnsim) {
  "use strict";
  // Pointing: people found on a picture by mouse, finger or keyboard. The left and right arrows go from person to person in
  // a cell, up and down from cell to cell, Page Up and Page Down from community to community; Enter follows, Escape ends.

  const REACH = { touch: 18, mouse: 4 }; // pixels around a pointer in which a dot is found
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1, PageUp: -1, PageDown: 1 };

  learnsim.Pointing = class {
    constructor(picture, onhover, onchoose) {
      this.picture = picture;
      this.onhover = onhover || (() => {});
      this.onchoose = onchoose || (() => {});
      this.pointed = -1; // the dot that the pointer is on
      this.walked = -1; // the person that the keyboard is on
      this.tip = learnsim.make("div", { class: "learnsim-tip", "aria-hidden": "true", hidden: true });
      this.spoken = learnsim.make("div", { class: "learnsim-unseen", role: "status" });
      picture.host.append(this.tip, this.spoken);
      const on = (name, does) => picture.canvas.addEventListener(name, does);
      on("pointermove", (event) => this.move(event));
      on("pointerleave", () => this.leave());
      on("blur", () => this.leave());
      on("click", (event) => {
        this.move(event);
        this.onchoose(this.someone(this.pointed));
      });
      on("keydown", (event) => this.key(event));
    }

    find(event) { // the nearest dot within reach
      const { canvas, layout, x, y } = this.picture, box = canvas.getBoundingClientRect();
      const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      const least = layout.dots === "cells" ? 1.1 * layout.cellRadius : 0.02;
      const reach = Math.max(least, (event.pointerType === "touch" ? REACH.touch : REACH.mouse) / box.width);
      let best = -1, nearest = reach * reach;
      for (let i = 0; i < x.length; i++) {
        const apart = (x[i] - across) ** 2 + (y[i] - down) ** 2;
        if (apart < nearest) [best, nearest] = [i, apart];
      }
      return best;
    }

    someone(dot) { // the person that a dot stands for; for a cell, its first member
      const { layout } = this.picture;
      return dot < 0 || layout.dots === "people" ? dot : layout.lists[dot].length ? layout.lists[dot][0] : -1;
    }

    move(event) {
      this.finger = event.pointerType === "touch";
      const dot = this.find(event);
      if (dot === this.pointed && this.walked < 0) return;
      [this.pointed, this.walked] = [dot, -1];
      this.onhover(this.someone(dot));
    }

    leave() {
      if (this.pointed < 0 && this.walked < 0) return;
      this.pointed = this.walked = -1;
      this.onhover(-1);
    }

    // what is pointed at, beside its dot; the same person in the other pictures too
    showTip() {
      const { picture, tip } = this, { hovered, layout, host } = picture;
      const dot = hovered < 0 ? -1 : layout.dotOf[hovered] ?? -1;
      const onCard = this.finger && hovered === picture.chosen; // a finger's tip would hide what is around it
      const text = dot < 0 || onCard ? "" : this.words(hovered, this.pointed >= 0 && layout.dots === "cells");
      const seen = `${text} ${picture.x[dot]} ${picture.y[dot]} ${picture.px}`;
      if (seen === this.seen) return;
      [this.seen, tip.hidden, tip.textContent] = [seen, !text, text];
      if (!text) return;
      const side = picture.canvas.clientWidth, [x, y] = [picture.x[dot] * side, picture.y[dot] * side];
      const low = y + 14 + tip.offsetHeight > side; // then above the dot
      tip.style.left = `${Math.max(0, Math.min(x + 14, host.clientWidth - tip.offsetWidth))}px`;
      tip.style.top = `${low ? Math.max(0, y - 14 - tip.offsetHeight) : y + 14}px`;
    }

    words(person, cells) {
      const { record, arm, row, shownRow, layout, say } = this.picture;
      if (cells) return learnsim.cellWords(arm, row, layout.dotOf[person], say);
      return learnsim.personText(record, arm, row, person, say, shownRow);
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.picture.layout) return;
      const { key } = event, people = this.picture.record.people;
      if (key === "Escape") {
        this.leave();
        this.onchoose(-1);
      } else if (key === "Home" || key === "End") this.reach(key === "Home" ? 0 : people - 1);
      else if (key === "Enter" || key === " ") {
        if (this.walked < 0) this.reach(this.beginning());
        else this.onchoose(this.walked);
      } else if (STEPS[key]) this.reach(this.walked < 0 ? this.beginning() : this.beside(key));
      else return;
      event.preventDefault();
    }

    reach(person) {
      [this.walked, this.pointed] = [person, -1];
      this.spoken.textContent = this.words(person, false);
      this.onhover(person);
    }

    beginning() { return Math.max(0, this.picture.chosen); } // who is followed, or else the first

    beside(key) { // the person, cell or community before or after; the same if there is none
      const { lists, hubOf } = this.picture.layout, step = STEPS[key];
      const here = lists.findIndex((members) => members.includes(this.walked));
      if (here < 0) return Math.max(0, Math.min(this.walked + step, this.picture.record.people - 1)); // in no cell
      if (key === "ArrowLeft" || key === "ArrowRight") {
        const members = lists[here], next = members.indexOf(this.walked) + step;
        return members[(next + members.length) % members.length];
      }
      const group = (list) => (key.startsWith("Page") ? hubOf[list] : list);
      let there = here;
      while (lists[there] && (group(there) === group(here) || !lists[there].length)) there += step;
      if (!lists[there]) return this.walked;
      const first = key === "PageUp" ? hubOf.indexOf(hubOf[there]) : there; // the first cell of a community
      return (lists[first].length ? lists[first] : lists[there])[0];
    }
  };
})(window.learnsim = window.learnsim || {});
