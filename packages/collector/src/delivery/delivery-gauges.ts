import { delivery } from '@nestwatch/proto';
import { Gauge, type Registry } from 'prom-client';
import { nodeFigures, SUMMED } from './figures.ts';
import type { DeliveryState } from './state.ts';

/** Gauges of /metrics, computed when they are asked for. */
export function registerDeliveryGauges(registry: Registry, states: () => Iterable<[string, DeliveryState]>) {
  const gauges = SUMMED.map(
    (name) =>
      new Gauge({
        name: `nestwatch_delivery_${name}`,
        help: delivery.fields.find((field) => field.name === name)?.meaning ?? name,
        labelNames: ['lab', 'node'],
        registers: [registry],
        collect() {
          if (name === SUMMED[0]) refresh();
        },
      }),
  );
  const refresh = () => {
    for (const gauge of gauges) gauge.reset();
    for (const { lab, node, runs } of nodeFigures(states())) {
      for (const [at, name] of SUMMED.entries())
        gauges[at]?.set({ lab, node }, runs.current[name] + runs.earlier[name]);
    }
  };
}
