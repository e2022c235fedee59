import text from "../../gen/files/javascript-locate.js";

/** The Python module `locate.py`: it finds Node.js and the worker program on a Spark worker. */
export const LOCATE_TEXT: string = text;
