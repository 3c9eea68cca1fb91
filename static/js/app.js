// What every page does. Each concern has a module; pages work without any of them.
import "./session.js";
import "./messages.js";
import "./menus.js";
import "./forms.js";
import "./lookup.js";
import "./palette.js";
import "./rows.js";
import "./upload.js";
