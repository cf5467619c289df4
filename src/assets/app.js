// What a page can do without, and is nicer with: tooltips, a legend that switches, copying.
// Text is only ever set as text.
"use strict";

(() => {
  const HEAD = 8, INTERVALS = 4, STEPS = [10, 20, 25, 50];
  const SVG = "http://www.w3.org/2000/svg";

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const money = (micros) => {
    if (micros > 0 && micros < 10000) return "<$0.01";
    return (micros / 1e6).toLocaleString("en-US", { style: "currency", currency: "USD" });
  };

  const scaled = (amount, whole) => {
    for (const [size, unit] of [[1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
      if (amount >= size) return +(amount / size).toFixed(1) + unit;
    }
    return whole(amount);
  };

  const short = (micros) => "$" + scaled(micros / 1e6, (dollars) =>
    Number.isInteger(dollars) ? dollars : dollars.toFixed(dollars * 100 % 1 ? 3 : 2));

  // How amounts of each unit are said, and the smallest step between ticks.
  const UNITS = {
    cost: { say: money, tick: short, least: 10000 },
    count: {
      say: (count) => count.toLocaleString("en-US"),
      tick: (count) => scaled(count, String), least: 1,
    },
  };

  const named = (date) => new Date(date + "T00:00:00Z").toLocaleDateString("en-GB", {
    timeZone: "UTC", weekday: "long", day: "numeric", month: "short", year: "numeric",
  });

  // The same axis as the server draws: at most five round ticks.
  const axis = (largest, least) => {
    for (let power = least; ; power *= 10) {
      for (const factor of STEPS) {
        const step = Math.floor(power * factor / 10);
        const intervals = Math.ceil(Math.max(1, largest) / step);
        if (intervals <= INTERVALS) return { step, top: step * intervals, intervals };
      }
    }
  };

  // What a chart's table says.
  const read = (table) => {
    const series = [...table.tHead.rows[0].cells].slice(1, -1).map((cell) => ({
      name: cell.textContent, color: cell.dataset.class, query: cell.dataset.query, shown: true,
    }));
    const days = [...table.tBodies[0].rows].map((row) => ({
      date: row.cells[0].textContent,
      link: row.querySelector("a").href,
      partial: "partial" in row.dataset,
      amounts: [...row.cells].slice(1, -1).map((cell) => Number(cell.dataset.amount || 0)),
    }));
    return { series, days };
  };

  const chart = (figure) => {
    const { series, days } = read(figure.querySelector("table"));
    const bars = figure.querySelector(".bars"), marks = figure.querySelector(".marks");
    const scale = figure.querySelector(".scale"), canvas = figure.querySelector(".canvas");
    const paths = [...bars.querySelectorAll(".bar")], gaps = bars.querySelector(".gaps");
    const height = Number(bars.getAttribute("height"));
    const slot = Number(bars.dataset.slot), width = Number(bars.dataset.bar);
    const parted = "parted" in bars.dataset;
    const unit = UNITS[figure.dataset.unit];
    const total = (day) => day.amounts.reduce((sum, amount, i) => sum + (series[i].shown ? amount : 0), 0);
    let top = axis(Math.max(0, ...days.map(total)), unit.least).top, place = -1;

    const high = (amount) => Math.round(amount * height * 10 / top) / 10;

    const outline = (index) => days.map((day, at) => {
      const own = series[index].shown ? day.amounts[index] : 0;
      if (own <= 0) return "";
      const below = day.amounts.reduce((sum, amount, i) => sum + (i < index && series[i].shown ? amount : 0), 0);
      const foot = high(below);
      let head = high(below + own);
      if (parted && head - foot > 3) head -= 1;
      return `M${at * slot + (slot - width) / 2} ${height - head}h${width}V${height - foot}h-${width}z`;
    }).join("");

    const redraw = () => {
      const fitted = axis(Math.max(0, ...days.map(total)), unit.least);
      top = fitted.top;
      paths.forEach((path, index) => path.setAttribute("d", outline(index)));
      const ticks = [...Array(fitted.intervals + 1).keys()].map((tick) => tick * fitted.step);
      bars.querySelector(".ticks").setAttribute("d",
        ticks.map((tick) => `M0 ${height - high(tick)}h${slot * days.length}`).join(""));
      scale.replaceChildren(...ticks.map((tick) => {
        const text = document.createElementNS(SVG, "text");
        text.setAttribute("x", 44);
        text.setAttribute("y", HEAD + height + 4 - high(tick));
        text.setAttribute("text-anchor", "end");
        text.textContent = unit.tick(tick);
        return text;
      }));
      if (gaps) gaps.setAttribute("d", days.slice(1).map((day, at) => {
        const line = high(Math.max(total(day), total(days[at])));
        return line ? `M${(at + 1) * slot} ${height}V${height - line}` : "";
      }).join(""));
      const partial = marks.querySelector(".partial");
      const today = days.find((day) => day.partial);
      if (partial && today) {
        partial.setAttribute("y", height - high(total(today)));
        partial.setAttribute("height", high(total(today)));
      }
    };

    // Legend: a click switches one, shift-click shows only this one, or all again.
    const buttons = [...figure.querySelectorAll(".legend button")];
    buttons.forEach((button, index) => {
      button.disabled = false;
      button.title = "Shift-click: only this";
      button.addEventListener("click", (event) => {
        if (event.shiftKey) {
          const alone = series.every((each, i) => each.shown === (i === index));
          series.forEach((each, i) => { each.shown = alone || i === index; });
        } else {
          series[index].shown = !series[index].shown;
        }
        buttons.forEach((each, i) => each.setAttribute("aria-pressed", series[i].shown));
        redraw();
      });
    });

    // Tooltip.
    const tooltip = make("div", { className: "tooltip", hidden: true });
    tooltip.setAttribute("aria-hidden", "true");
    const spoken = make("div", { className: "unseen" });
    spoken.setAttribute("role", "status");
    const cursor = document.createElementNS(SVG, "rect");
    cursor.setAttribute("class", "cursor");
    cursor.setAttribute("height", height);
    cursor.setAttribute("width", 100 / days.length + "%");
    canvas.append(tooltip);
    figure.append(spoken);

    const hide = () => {
      place = -1;
      tooltip.hidden = true;
      cursor.remove();
    };

    const show = (at) => {
      if (at === place) return;
      place = at;
      const day = days[at];
      const rows = series.map((each, i) => ({ ...each, amount: day.amounts[i] }))
        .filter((row) => row.shown && row.amount > 0).reverse();
      tooltip.replaceChildren(
        make("strong", { textContent: named(day.date) + (day.partial ? ", so far" : "") }),
        ...rows.map((row) => make("div", {},
          make("span", { className: "swatch " + row.color }),
          make("span", { textContent: row.name }),
          make("span", { textContent: unit.say(row.amount) }))),
        make("div", { className: "sum" },
          make("span", { textContent: "Total" }), make("span", { textContent: unit.say(total(day)) })));
      tooltip.hidden = false;
      cursor.setAttribute("x", 100 * at / days.length + "%");
      marks.prepend(cursor);
      const room = canvas.clientWidth, middle = (at + .5) / days.length * room;
      const beside = middle > room / 2 ? middle - tooltip.offsetWidth - 16 : middle + 16;
      tooltip.style.left = Math.max(0, Math.min(beside, room - tooltip.offsetWidth)) + "px";
    };

    const speak = () => {
      const day = days[place];
      const parts = series.map((each, i) => each.shown && day.amounts[i] > 0 ? `${each.name} ${unit.say(day.amounts[i])}` : "");
      spoken.textContent = [named(day.date) + (day.partial ? ", so far" : ""),
        "total " + unit.say(total(day)), ...parts.filter(Boolean).reverse()].join(", ");
    };

    const under = (event) => {
      const box = bars.getBoundingClientRect();
      const at = Math.floor((event.clientX - box.left) / box.width * days.length);
      return Math.max(0, Math.min(days.length - 1, at));
    };

    // Which segment of a day's bar lies at a height: its filter, if it has one.
    const segment = (event, day) => {
      const level = (1 - (event.clientY - bars.getBoundingClientRect().top) / height) * top;
      let sum = 0;
      const hit = series.find((each, i) => each.shown && level >= 0 && level < (sum += day.amounts[i]));
      return hit && hit.query ? "&" + hit.query : "";
    };

    figure.classList.add("live");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "group");
    canvas.setAttribute("aria-label", "Days of this chart: left and right arrow keys read them, Enter opens one");
    canvas.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") show(under(event)); });
    canvas.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hide(); });
    canvas.addEventListener("blur", hide);
    canvas.addEventListener("click", (event) => {
      const at = under(event);
      if (event.pointerType === "touch" && at !== place) return show(at);
      location.assign(days[at].link + segment(event, days[at]));
    });
    canvas.addEventListener("keydown", (event) => {
      const last = days.length - 1;
      const to = {
        ArrowLeft: place < 0 ? last : Math.max(0, place - 1),
        ArrowRight: place < 0 ? 0 : Math.min(last, place + 1),
        Home: 0, End: last,
      }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        show(to);
        speak();
      } else if (event.key === "Enter" && place >= 0) {
        location.assign(days[place].link);
      } else if (event.key === "Escape") {
        hide();
      }
    });
  };

  document.querySelectorAll("[data-chart=stacked-bars]").forEach(chart);

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // A secret is copied without being seen: the answer is the text alone. (`form.action` would be
  // the button of that name.)
  document.querySelectorAll("form[data-copy-secret]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (!navigator.clipboard) return;
      event.preventDefault();
      const button = event.submitter;
      try {
        const answer = await fetch(form.getAttribute("action"), {
          method: "POST", headers: { Accept: "text/plain" },
          body: new URLSearchParams(new FormData(form, button)),
        });
        if (!answer.ok) throw new Error(answer.statusText);
        await navigator.clipboard.writeText(await answer.text());
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not copied";
      }
    });
  });

  // A file on its way: how much of it has gone, then the page that answers. Other buttons of the
  // form download, and go the browser's own way.
  document.querySelectorAll("form[data-upload]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (event.submitter.name) return;
      event.preventDefault();
      const progress = form.querySelector("progress");
      const request = new XMLHttpRequest();
      progress.hidden = false;
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        progress.max = total;
        progress.value = loaded;
      });
      request.addEventListener("load", () => {
        const main = request.response && request.response.querySelector("main");
        if (!main) return form.submit();
        document.querySelector("main").replaceWith(document.adoptNode(main));
        main.querySelector("#result, [role=alert]")?.scrollIntoView();
      });
      request.addEventListener("error", () => form.submit());
      request.open("POST", form.action);
      request.responseType = "document";
      request.send(new FormData(form));
    });
  });

  // The steps of a connection, looked at until all are done. What else has changed is a reload
  // away: nobody's typing is thrown away.
  document.querySelectorAll("[data-poll]").forEach((panel) => {
    const look = async () => {
      if (document.hidden) return;
      const answer = await fetch(panel.dataset.poll).catch(() => null);
      if (!answer || !answer.ok) return;
      const { steps } = (await answer.json()).health;
      for (const item of panel.querySelectorAll("[data-step]")) {
        const done = steps[item.dataset.step];
        item.querySelector("[data-is=done]").hidden = !done;
        item.querySelector("[data-is=open]").hidden = done;
      }
      if (Object.values(steps).every(Boolean)) clearInterval(timer);
    };
    const timer = setInterval(look, 2000);
  });

  document.querySelectorAll("[data-copy]").forEach((button) => {
    const source = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source);
        button.textContent = "Selected: copy it with your keyboard";
      }
    });
  });
})();
