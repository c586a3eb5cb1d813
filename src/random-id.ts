import { customAlphabet } from 'nanoid';

export const ID_LENGTH = 16;

/** The part of an id after its prefix: nothing that is misread, 80 bits. */
export const randomId = customAlphabet('0123456789abcdefghjkmnpqrstvwxyz', ID_LENGTH);
