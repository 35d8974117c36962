// A chart from JSON in the page: {"kind", "labels", "series": [{"name", "values"}], "unit"}; the table beside it says the same.
const holders = document.querySelectorAll("[data-chart]");

function draw(holder) {
  const data = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--tblr-body-color").trim();
  const chart = window.echarts.init(holder, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    textStyle: { color: ink, fontFamily: style.getPropertyValue("--tblr-font-sans-serif") },
    color: ["#1f5fae", "#d17a00", "#0b8a68", "#8b5fbf"],
    grid: { left: 44, right: 110, top: 16, bottom: 28 },
    tooltip: { trigger: "axis" },
    xAxis: { type: "category", data: data.labels, axisLabel: { color: ink } },
    yAxis: { type: "value", min: data.kind === "bar" ? 0 : undefined, axisLabel: { color: ink }, splitLine: { lineStyle: { opacity: .25 } } },
    series: data.series.map((series) => ({
      name: series.name,
      type: data.kind,
      data: series.values,
      symbolSize: 4,
      endLabel: data.kind === "line" ? { show: true, formatter: series.name, color: ink } : undefined,
    })),
  });
  return chart;
}
if (holders.length && window.echarts) {
  let charts = [...holders].map(draw);
  window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  document.addEventListener("theme", () => {
    charts.forEach((chart) => chart.dispose());
    charts = [...holders].map(draw);
  });
}
