/** Text that others wrote, for people: nobody adds a line of their own, moves a cursor or turns the direction of reading. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
