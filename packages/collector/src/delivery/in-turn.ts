/** Acts of the same key come one after the other. */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(key: string, act: () => Promise<T>): Promise<T> => {
    const done = (last.get(key) ?? Promise.resolve()).then(act, act);
    const over = done.catch(() => undefined).then(() => void (last.get(key) === over && last.delete(key)));
    last.set(key, over);
    return done;
  };
}
