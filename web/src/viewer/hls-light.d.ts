/** The light build has the same types as the whole one, and says nothing of them. */
declare module "hls.js/light" {
  export { default } from "hls.js";
}
