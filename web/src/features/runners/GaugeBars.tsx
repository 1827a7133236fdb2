import classes from './GaugeBars.module.css';
import type { Gauge } from './standing';

/** Small bars with the load of a runner's machine. */
export function GaugeBars({ gauges }: { gauges: Gauge[] }) {
  if (gauges.length === 0) return <span>N/A</span>;
  return (
    <div className={classes.bars}>
      {gauges.map(({ label, percent }) => (
        <div
          key={label}
          className={classes.gauge}
          role="img"
          aria-label={`${label} ${Math.round(percent)} %`}
          title={`${label} ${Math.round(percent)} %`}
        >
          <span className={classes.label}>{label}</span>
          <span className={classes.lane}>
            <span className={classes.bar} data-high={percent >= 90} style={{ width: `${percent}%` }} />
          </span>
          <span className={classes.value}>{Math.round(percent)} %</span>
        </div>
      ))}
    </div>
  );
}
