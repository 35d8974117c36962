// What the desk's pages do by themselves; one file a behaviour.
import "./theme-switch.js";
import "./loading.js";
import "./toggle.js";
import "./shortcuts.js";
import "./palette.js";
import "./picker.js";
import "./moves.js";
import "./autosave.js";
import "./signed-out.js";
import "./offline.js";
import "./rows.js";
import "./filters.js";
import "./intake.js";
import "./attach.js";
import "./print.js";
import "./charts.js";
