/** Calls `act` with each item, at most `atOnce` at a time. The results come in the order of the items; the first error ends the wait. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
