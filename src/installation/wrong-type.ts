/** What is damaged does not hold up the rest: `otherwise` for a key of another type than its name says. */
export async function unlessWrongType<Answer>(asked: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if ((error as Error).message.startsWith('WRONGTYPE')) return otherwise;
    throw error;
  }
}
