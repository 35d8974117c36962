// A chart from JSON in the page: {"kind": "line" | "bar", "labels", "series": [{"name", "values"}]}; the table beside it says the same.
const holders = document.querySelectorAll("[data-chart]");
// Told apart without colour too: the second line is dashed, the second bar is hatched.
const COLOURS = { light: ["#1f5fae", "#b06000"], dark: ["#7db4f0", "#ffc266"] };

// What the pointer shows, as elements: a style written as text inside a page is refused.
function told(points) {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.append(points[0].axisValueLabel);
  for (const point of points) {
    const line = document.createElement("div");
    const dot = document.createElement("i");
    dot.style.background = point.color;
    const value = document.createElement("b");
    value.append(typeof point.value === "number" ? point.value.toLocaleString("en") : "-");
    line.append(dot, point.seriesName, value);
    tip.append(line);
  }
  return tip;
}

function draw(holder) {
  const data = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--tblr-body-color").trim();
  const colours = COLOURS[document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light"];
  const chart = window.echarts.init(holder, null, { renderer: "svg" });
  const bar = data.kind === "bar";
  chart.setOption({
    animation: false,
    textStyle: { color: ink, fontFamily: style.getPropertyValue("--tblr-font-sans-serif") },
    color: colours,
    grid: { left: 8, right: 12, top: 32, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, itemHeight: 10, textStyle: { color: ink }, selectedMode: false },
    tooltip: { trigger: "axis", confine: true, formatter: told },
    xAxis: { type: "category", data: data.labels, boundaryGap: bar, axisLabel: { color: ink, hideOverlap: true }, axisTick: { show: false } },
    yAxis: { type: "value", min: bar ? 0 : undefined, scale: !bar, minInterval: bar ? 1 : undefined, axisLabel: { color: ink }, splitNumber: 4, splitLine: { lineStyle: { opacity: .25 } } },
    series: data.series.map((series, index) => ({
      name: series.name,
      type: data.kind,
      data: series.values,
      symbol: "circle",
      symbolSize: 5,
      showAllSymbol: true,
      lineStyle: { width: 2, type: index ? "dashed" : "solid" },
      barGap: "0%",
      barMaxWidth: 18,
      itemStyle: bar && index ? { decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4, color: "rgba(255, 255, 255, .45)" } } : {},
    })),
  });
  return chart;
}
if (holders.length && window.echarts) {
  let charts = [...holders].map(draw);
  const fit = () => charts.forEach((chart) => chart.resize());
  window.addEventListener("resize", fit);
  window.matchMedia("print").addEventListener("change", fit);
  document.addEventListener("theme", () => {
    charts.forEach((chart) => chart.dispose());
    charts = [...holders].map(draw);
  });
}
