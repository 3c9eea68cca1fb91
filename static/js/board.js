// The board of deals: cards by mouse, finger and keyboard.
import { watchKeys } from "./boardkeys.js";
import { watchPointer } from "./boarddrag.js";

watchPointer();
watchKeys();
