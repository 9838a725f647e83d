import pc from 'picocolors';

/** For people at a terminal only: what is piped or kept in a file stays plain. NO_COLOR and FORCE_COLOR are honoured. */
const wanted = (stream: { isTTY?: boolean }): boolean => {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  return !NO_COLOR && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb'));
};

export const colours = pc.createColors(wanted(process.stdout));
export const errorColours = pc.createColors(wanted(process.stderr));
