import { catalogue } from "./catalogue";

export default catalogue(import.meta.glob<object>("./en/*.json", { eager: true, import: "default" }));
