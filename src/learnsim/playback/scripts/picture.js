(function (learnsim) {
  "use strict";
  // Picture: one organisation on a canvas.

  learnsim.shades = (function () { // ten steps of matplotlib's cividis
    const steps = [[0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120],
      [165, 157, 117], [194, 181, 106], [225, 206, 84], [254, 232, 56]];
    return Array.from({ length: 256 }, (_, level) => {
      const place = level / 255 * (steps.length - 1), low = Math.min(steps.length - 2, Math.floor(place));
      return `rgb(${steps[low].map((part, k) => Math.round(part + (steps[low + 1][k] - part) * (place - low))).join(",")})`;
    });
  })();

  learnsim.Picture = class {
    constructor(host, { say }) {
      this.say = say;
      this.canvas = learnsim.make("canvas", { tabindex: "0", role: "application" });
      host.append(this.canvas);
    }

    show(record, arm) { [this.record, this.arm, this.layouts] = [record, record.arms[arm], new Map()]; }

    draw({ row }) {
      const canvas = this.canvas, side = Math.max(160, Math.min(canvas.parentElement.clientWidth, 720)), dense = devicePixelRatio || 1;
      if (canvas.width !== Math.round(side * dense)) {
        canvas.width = canvas.height = Math.round(side * dense);
        canvas.style.width = canvas.style.height = `${side}px`;
      }
      const plan = this.arm.plan(row);
      if (!this.layouts.has(plan)) this.layouts.set(plan, learnsim.layoutOf(plan, this.record.people));
      const places = this.layouts.get(plan), levels = this.arm.levels(row), pen = canvas.getContext("2d");
      pen.setTransform(canvas.width, 0, 0, canvas.height, 0, 0); // the picture is the unit square
      pen.clearRect(0, 0, 1, 1);
      for (let i = 0; i < levels.length; i++) {
        pen.beginPath();
        pen.arc(places.x[i], places.y[i], places.dot, 0, 2 * Math.PI);
        pen.fillStyle = learnsim.shades[Math.round(levels[i] / 10000 * 255)];
        pen.fill();
      }
    }
  };
})(window.learnsim = window.learnsim || {});
