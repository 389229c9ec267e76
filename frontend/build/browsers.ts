// The oldest browsers that the pages are written for; docs/guides/phone.md names them to people.

/** WeChat's browser on phones that are no longer updated is Chromium 86, and so are older ones for
 * desktops. tsconfig.json holds the language to what it knows (ES2021), tests/house the rest. */
export const OLDEST = ["chrome86", "firefox88", "safari14"];
