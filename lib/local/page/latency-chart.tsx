import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { LaneState } from '../admin/state';
import { chartOptions } from './chart-options';
import { chartColumns } from './history';
import { useColorScheme } from './use-color-scheme';

/** Seconds that the chart shows. */
const SHOWN_SECONDS = 180;
const HEIGHT = 190;

/** Time to first token over the last minutes: p50 as a line, p90 as a dashed one, a colour for each lane. */
export function LatencyChart({ lanes }: { readonly lanes: readonly LaneState[] }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const scheme = useColorScheme();
  const names = lanes.map(({ name }) => name).join(' ');
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const size = { width: element.clientWidth, height: HEIGHT };
    const made = new uPlot(chartOptions(names.split(' '), size, getComputedStyle(element)), [[]], element);
    chart.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, scheme]);
  useEffect(() => {
    // uPlot takes its arrays as they are; it does not write to them.
    chart.current?.setData(chartColumns(lanes, SHOWN_SECONDS) as unknown as uPlot.AlignedData);
  }, [lanes, scheme]);
  return (
    <figure class="chart">
      <figcaption>
        <h2>Time to first token</h2>
        <ul class="legend">
          {lanes.map(({ name }) => (
            <li key={name} class={`lane-${name}`}>
              <span class="line" aria-hidden="true" /> {name} p50 <span class="line dashed" aria-hidden="true" /> p90
            </li>
          ))}
        </ul>
      </figcaption>
      <div
        ref={place}
        class="plot"
        style={{ height: `${String(HEIGHT)}px` }}
        role="img"
        aria-label={chartText(lanes)}
      />
    </figure>
  );
}

function chartText(lanes: readonly LaneState[]): string {
  const parts = lanes.map(({ name }) => name).join(' and ');
  return `Chart of the time to first token of ${parts} over the last three minutes; the numbers of now are below`;
}
