// What the pages do beyond plain links and forms. Everything works without it.
import { initAll } from "./govuk.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
initAll();
import "./keys.js";
import "./words.js";
import "./filters.js";
