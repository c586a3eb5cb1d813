// biome-ignore lint/suspicious/noTemplateCurlyInString: people write it so in a file
export const KEY_FROM_ENV = 'streamKey: ${NAME}';
