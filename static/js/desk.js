// What the desk's pages do by themselves; one file a behaviour.
import "./theme-switch.js";
import "./loading.js";
import "./shortcuts.js";
import "./palette.js";
import "./moves.js";
import "./autosave.js";
import "./rows.js";
import "./picker.js";
import "./offline.js";
import "./charts.js";
