import type { Context } from 'aws-lambda';

type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/** A handler that is made when the first call comes, so that a function needs the settings of its own handler only. */
export function onFirstCall<Event, Result>(make: () => Handler<Event, Result>): Handler<Event, Result> {
  const handler = once(make);
  return async (event, context) => handler()(event, context);
}

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
