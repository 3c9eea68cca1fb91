// Draws charts from the data that stands beside them, in the colours of the page. A click on a bar
// leads to the list behind it; the table beside the chart has the same numbers and links.
const drawn = new Map();
const still = matchMedia("(prefers-reduced-motion: reduce)");
const language = document.documentElement.lang || "en";

// the theme of the chart in hand, which need not be that of the whole page
let place = document.documentElement;
const token = (name) => getComputedStyle(place).getPropertyValue(`--${name}`).trim();

function written(data, value, notation = "standard") {
  const money = data.currency ? { style: "currency", currency: data.currency } : {};
  return new Intl.NumberFormat(language, { ...money, notation, maximumFractionDigits: notation === "compact" ? 1 : 2 }).format(value);
}

function datasets(data) {
  const colours = [1, 2, 3, 4, 5, 6].map((at) => token(`series-${at}`));
  if (data.kind === "ring") {
    const [only] = data.series;
    return [{ label: only.label, data: only.values, backgroundColor: only.values.map((_, at) => colours[at % 6]), borderColor: token("surface"), borderWidth: 2, hoverOffset: 4 }];
  }
  return data.series.map((one, at) => ({
    label: one.label,
    data: one.values,
    backgroundColor: at && data.kind === "rows" ? token("line-strong") : colours[at % 6],
    borderRadius: data.kind === "stacked" ? 2 : 4,
    borderSkipped: data.kind === "stacked" ? false : "start",
    maxBarThickness: data.kind === "rows" ? 22 : 34,
    categoryPercentage: 0.72,
    barPercentage: 0.9,
  }));
}

function scales(data) {
  if (data.kind === "ring") return {};
  const lies = data.kind === "rows";
  const stacked = data.kind === "stacked";
  const values = {
    stacked,
    beginAtZero: true,
    border: { display: false },
    grid: { color: token("line"), drawTicks: false },
    ticks: { color: token("ink-faint"), padding: 8, maxTicksLimit: 5, precision: 0, callback: (value) => written(data, value, "compact") },
  };
  const names = {
    stacked,
    border: { display: false },
    grid: { display: false },
    ticks: { color: token(lies ? "ink-soft" : "ink-faint"), maxRotation: 0, autoSkipPadding: 14, autoSkip: !lies },
  };
  return lies ? { x: values, y: names } : { x: names, y: values };
}

function options(data) {
  const lead = (event, elements) => {
    const [hit] = elements;
    const link = hit && data.series[hit.datasetIndex]?.links[hit.index];
    if (link) location.assign(link);
  };
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: still.matches ? false : { duration: 350 },
    indexAxis: data.kind === "rows" ? "y" : "x",
    cutout: "66%",
    scales: scales(data),
    onClick: lead,
    onHover: (event, elements) => {
      event.native.target.style.cursor = elements.length ? "pointer" : "";
    },
    interaction: { mode: data.kind === "ring" ? "nearest" : "index", axis: data.kind === "rows" ? "y" : "x", intersect: false },
    plugins: {
      legend: {
        display: data.kind === "ring" || data.series.length > 1,
        position: data.kind === "ring" ? "right" : "top",
        align: data.kind === "ring" ? "center" : "end",
        labels: { color: token("ink-soft"), usePointStyle: true, pointStyle: "circle", boxWidth: 7, boxHeight: 7, padding: 12 },
      },
      tooltip: {
        backgroundColor: token("ink"), titleColor: token("surface"), bodyColor: token("surface"), padding: 10, cornerRadius: 8, boxPadding: 4, usePointStyle: true,
        callbacks: {
          label: (item) => {
            const value = data.kind === "ring" ? item.raw : item.parsed[data.kind === "rows" ? "x" : "y"];
            return ` ${data.kind === "ring" ? item.label : item.dataset.label}: ${written(data, value)}`;
          },
        },
      },
    },
  };
}

function draw(canvas) {
  drawn.get(canvas)?.destroy();
  place = canvas;
  const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const Chart = globalThis.Chart;
  Chart.defaults.font.family = token("font");
  Chart.defaults.font.size = 12;
  const type = data.kind === "ring" ? "doughnut" : "bar";
  drawn.set(canvas, new Chart(canvas, { type, data: { labels: data.labels, datasets: datasets(data) }, options: options(data) }));
}

function drawAll(root) {
  for (const canvas of root.querySelectorAll("canvas[data-chart]")) if (!drawn.has(canvas)) draw(canvas);
}

function drawAgain() {
  for (const canvas of [...drawn.keys()]) {
    if (canvas.isConnected) draw(canvas);
    else drawn.delete(canvas);
  }
}

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt.parentElement ?? document));
new MutationObserver(drawAgain).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
