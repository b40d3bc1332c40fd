// Draws the figures of 统计分析 with ECharts; the tables beside hold the same numbers and need no script.
/* global echarts */
const figures = JSON.parse(document.getElementById("figures").textContent);
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const SERIES = [
  ["won", "授予或合格", "--seq-4"],
  ["open", "办理中", "--seq-2"],
  ["lost", "未通过", "--warn-line"],
  ["left", "撤回或终止", "--line-2"],
];

function options(lines, upright) {
  const axis = { type: "category", data: lines.map((line) => line.label), axisTick: { show: false }, inverse: !upright };
  const count = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: colour("--line-2") } } };
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: style.fontFamily, color: colour("--ink-2") },
    // An HTML tooltip would write style attributes, which the content policy refuses.
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText" },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10 },
    grid: { left: 4, right: 24, top: 32, bottom: 4, containLabel: true },
    xAxis: upright ? axis : count,
    yAxis: upright ? count : { ...axis, axisLabel: { interval: 0 } },
    series: SERIES.map(([key, name, token]) => ({
      name, type: "bar", stack: "all", barMaxWidth: 36, cursor: "pointer",
      itemStyle: { color: colour(token) }, data: lines.map((line) => line[key]),
      label: { show: true, color: key === "won" ? "#fff" : colour("--ink"), fontSize: 11, formatter: ({ value }) => value || "" },
    })),
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const lines = figures[place.dataset.chart];
  const upright = place.dataset.chart === "by_year";
  place.hidden = false;
  const chart = echarts.init(place, null, { renderer: "svg", height: upright ? 280 : 64 + lines.length * 24 });
  chart.setOption(options(lines, upright));
  chart.on("click", (event) => {
    if (!lines[event.dataIndex].key) return;
    const address = new URL(location.href);
    address.searchParams.set(place.dataset.filter, lines[event.dataIndex].key);
    location.assign(address);
  });
  window.addEventListener("resize", () => chart.resize());
}
