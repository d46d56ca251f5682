import { type AnyProjection, catchUp, type ProjectionPorts } from '#shared/projection/index.ts';
import { type ConsumerPorts, hintConsumer } from './hint-consumer.ts';

/** The handler of a projection's queue. */
export const projectionConsumer = (
  projection: AnyProjection,
  ports: ProjectionPorts & Omit<ConsumerPorts, 'takeFurther' | 'forget'>,
) =>
  hintConsumer(projection, {
    ...ports,
    takeFurther: (stream, announced) => catchUp(ports, projection, stream, announced),
    forget: (stream) => ports.rows?.delete(stream),
  });
