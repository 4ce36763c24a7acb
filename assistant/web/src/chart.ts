// Draw one series; loaded only when a reply has one.  Charts are SVG, so that they print well.
import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import type { Series } from './api'

use([AriaComponent, BarChart, GridComponent, LabelLayout, LineChart, SVGRenderer])

/** Draw a series into an element; returns what takes the drawing away. */
export function draw(element: HTMLElement, series: Series, names: string[], label: string): () => void {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const size = parseFloat(style.fontSize) * 0.8
  const text = { color: color('--ink'), fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily }
  const line = { lineStyle: { color: color('--line') } }
  const trend = series.kind === 'trend'
  const chart = init(element, null, { renderer: 'svg' })
  const values = series.points.map((point) => (point.value === null ? null : Number(point.value)))
  const category = { type: 'category' as const, data: names, axisLabel: { ...text, interval: 0, width: size * 9, overflow: 'break' as const }, axisLine: line, axisTick: { show: false }, inverse: !trend }
  const amount = { type: 'value' as const, axisLabel: text, splitLine: line }
  chart.setOption({
    animation: false,
    aria: { enabled: true, label: { description: label } },
    grid: { left: 8, right: size * (trend ? 2 : 4), top: size * 2, bottom: 8, containLabel: true },
    xAxis: trend ? category : amount,
    yAxis: trend ? amount : category,
    series: [
      {
        type: trend ? 'line' : 'bar',
        data: values,
        label: { show: true, position: trend ? 'top' : 'right', ...text },
        // The table beside it has every number.
        labelLayout: { hideOverlap: true },
        itemStyle: { color: color('--blue') },
        lineStyle: { width: 3 },
        symbolSize: 9,
        barMaxWidth: 34,
      },
    ],
  })
  const watch = new ResizeObserver(() => chart.resize())
  watch.observe(element)
  return () => {
    watch.disconnect()
    chart.dispose()
  }
}
